// The order of things in an attempt, with a fake sandbox that fails where it is told to.
import { setImmediate as turn } from 'node:timers/promises';
import {
  AstrogateError,
  decodeJobPreamble,
  type EventKind,
  jobPreambleBytes,
  type SolveEventInit,
} from '@astrogate/proto';
import { expect, test } from '@jest/globals';
import { LearnedHints } from '../hints/learned-hints.js';
import type { Ending, Sandbox } from '../sandbox/docker-sandbox.js';
import { EngineError } from '../sandbox/engine-error.js';
import { Admission } from './admission.js';
import { InFlight } from './in-flight.js';
import { JobReport } from './job-report.js';
import { solveJob } from './solve-job.js';

const versions = { sandbox: '1', astrometry: '1', node: '1' };
const notSolved = { notSolved: { tried: [], stars: [] }, timings: [], versions };
const wcs = { crval1: 10, crval2: 20, crpix1: 1, crpix2: 1, cd1_1: 1, cd1_2: 0, cd2_1: 0, cd2_2: 1, sipOrder: 0 };
const header = Buffer.from('END'.padEnd(2880)).toString('base64');
const field = { ra: 10, dec: 20, pixelScale: 2, orientation: 0, fieldWidth: 1, fieldHeight: 1, radius: 1 };
const how = { logOdds: 30, index: 'i', recipe: 'r', hint: 'none', hintSource: 'HINT_SOURCE_UNSPECIFIED' };
const solved = {
  solution: { ...field, parity: 'PARITY_NORMAL', wcs: { ...wcs, header }, matched: [], stars: [], ...how },
  picture: { format: 'IMAGE_FORMAT_PNM', width: 100, height: 100, channels: 1, bits: 8 },
  timings: [],
  versions,
};
const progress = { stage: 'STAGE_SEARCH', detail: 'x', elapsedSeconds: 1 };
const event = (kind: EventKind, body: unknown) => ({ kind, json: Buffer.from(JSON.stringify(body)) });
const never = new AbortController().signal;

interface Script {
  /** Events of the fake sandbox; it waits for the whole upload before the first. */
  readonly events?: ReturnType<typeof event>[];
  readonly hangs?: boolean;
  readonly opens?: Error;
  readonly ends?: Partial<Ending> | Error;
  readonly upload?: AsyncIterable<Buffer>;
  readonly maxSeconds?: number;
  readonly signal?: AbortSignal;
  readonly learned?: LearnedHints;
  readonly onFrame?: (frame: Buffer) => void;
}

async function* whole() {
  yield Buffer.from('ab');
  yield Buffer.from('c');
}

/** Runs an attempt and tells everything that happened. */
async function attempt(script: Script) {
  const log: string[] = [];
  const admission = new Admission({ slots: 1, maxWaiting: 0, maxWaitMs: 1 });
  const inFlight = new InFlight();
  const written: Buffer[] = [];
  const fake = (signal: AbortSignal): Sandbox => ({
    sandboxId: 'box',
    output: { stdoutBytes: 0, stderrBytes: 0, stderrTail: '' },
    write: async (bytes) => void written.push(bytes),
    async *events() {
      while (Buffer.concat(written).toString('latin1').slice(-3) !== 'abc') {
        signal.throwIfAborted();
        await turn();
      }
      yield* script.events ?? [];
      if (!script.hangs) return;
      signal.throwIfAborted();
      await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    },
    ending: async () => {
      if (script.ends instanceof Error) throw script.ends;
      return { oomKilled: false, exitCode: 0, killedByOthers: false, ...script.ends };
    },
    async [Symbol.asyncDispose]() {
      log.push(`removed, running ${admission.running}`);
    },
  });
  const sandboxes = {
    open: async (_jobId: string, signal: AbortSignal) => {
      if (script.opens) throw script.opens;
      return fake(signal);
    },
  };
  const job = {
    jobId: 'job',
    callerKey: 'me',
    uploadBytes: 3,
    order: {
      hints: { parity: 'PARITY_UNSPECIFIED' as const },
      guesses: [],
      limits: { maxSeconds: script.maxSeconds ?? 60, maxStars: 1 },
      maxPixels: 1,
      allowRaw: false,
    },
    upload: () => script.upload ?? whole(),
    emit: (sent: SolveEventInit) => {
      const { failure } = sent.outcome ?? {};
      log.push(failure ? `failure ${failure.code}` : (Object.keys(sent)[0] ?? ''));
    },
    report: new JobReport(),
  };
  try {
    await solveJob(
      { inFlight, admission, sandboxes, learned: script.learned ?? new LearnedHints() },
      job,
      script.signal ?? never,
    );
  } catch (error) {
    log.push(`threw ${(error as AstrogateError).code}`);
  }
  expect([admission.running, inFlight.size]).toEqual([0, 0]);
  script.onFrame?.(Buffer.concat(written));
  return log;
}

test('accepted, started, progress, outcome; the slot is held until the sandbox is removed', async () => {
  const events = [event('ready', {}), event('progress', progress), event('outcome', notSolved)];
  expect(await attempt({ events })).toEqual(['accepted', 'started', 'progress', 'outcome', 'removed, running 1']);
});

test.each<[string, Script, string[]]>([
  ['an end without an outcome', {}, ['failure solver_failed']],
  ['an end for lack of memory', { ends: { oomKilled: true, exitCode: 137 } }, ['failure memory_limit']],
  [
    'a valid outcome although memory ran out',
    { events: [event('outcome', notSolved)], ends: new Error() },
    ['outcome'],
  ],
  ['an outcome that is wrong', { events: [event('outcome', {})] }, ['failure solver_failed']],
  ['progress that is wrong', { events: [event('progress', {})] }, ['failure solver_failed']],
  ['too much progress', { events: Array(2001).fill(event('ready', {})) }, ['failure output_limit']],
  ['time that is over', { hangs: true, maxSeconds: 0.01 }, ['failure timeout']],
])('%s', async (_what, script, expected) => {
  expect(await attempt(script)).toEqual(['accepted', 'started', ...expected, 'removed, running 1']);
});

test('an engine that is lost ends the call, not the job', async () => {
  const log = await attempt({ ends: new EngineError('unreachable') });
  expect(log).toEqual(['accepted', 'started', 'removed, running 1', 'threw sandbox_unavailable']);
  expect(await attempt({ opens: new EngineError('unreachable') })).toEqual(['threw sandbox_unavailable']);
});

test('a sandbox that someone else kills ends the call, so that the job may be tried again', async () => {
  const log = await attempt({ ends: { exitCode: 137, killedByOthers: true } });
  expect(log).toEqual(['accepted', 'started', 'removed, running 1', 'threw sandbox_unavailable']);
});

test('an upload that breaks off removes the sandbox and ends the call', async () => {
  const upload = (async function* () {
    yield Buffer.from('a');
    throw new AstrogateError('upload_mismatch');
  })();
  expect(await attempt({ upload })).toEqual(['accepted', 'removed, running 1', 'threw upload_mismatch']);
});

test('a caller who is gone removes the sandbox', async () => {
  const caller = new AbortController();
  const running = attempt({ hangs: true, signal: caller.signal });
  await turn();
  caller.abort(new AstrogateError('cancelled'));
  expect((await running).slice(-2)).toEqual(['removed, running 1', 'threw cancelled']);
});

test('a caller who was gone before takes no slot', async () => {
  expect(await attempt({ signal: AbortSignal.abort(new AstrogateError('cancelled')) })).toEqual(['threw cancelled']);
});

test('a solution is remembered, and the next job of the same caller is told of it', async () => {
  const learned = new LearnedHints();
  const guessesOf = async (outcome: object) => {
    let frame: Buffer = Buffer.alloc(0);
    const onFrame = (written: Buffer) => {
      frame = written;
    };
    await attempt({ events: [event('outcome', outcome)], learned, onFrame });
    const { headerBytes } = decodeJobPreamble(frame);
    return JSON.parse(frame.toString('utf8', jobPreambleBytes, jobPreambleBytes + headerBytes)).guesses;
  };
  expect(await guessesOf(solved)).toEqual([]);
  expect(await guessesOf(notSolved)).toMatchObject([{ source: 'HINT_SOURCE_LEARNED', ra: 10, scaleLow: 1.9 }]);
  expect(await guessesOf(notSolved)).toHaveLength(1);
});
