// How attempts end when the program inside, or the caller, misbehaves. The programs are shell scripts in the base image.
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { errorCodeTrailer } from '@astrogate/proto';
import { expect, test } from '@jest/globals';
import { baseImage } from './environment.js';
import { notSolved, obedient, printEvent, silent } from './scripts.js';
import {
  type Attempt,
  headerFor,
  inSeconds,
  openSolve,
  scripted,
  solve,
  startSolver,
  until,
} from './solver-under-test.js';

const upload = randomBytes(100_000);
/** Less than the real limit, which takes this machine long to fill. */
const memoryBytes = 64 * 1024 * 1024;
const run = (script: string, env: NodeJS.ProcessEnv = {}) =>
  startSolver({ env, overrides: { specFor: scripted(baseImage, script, memoryBytes) } });

/** Kinds of the events, and how the attempt ended: an outcome's kind or failure code, or the code in the trailer. */
function summary({ events, error }: Attempt): string {
  const outcome = events.find(({ event }) => event === 'outcome')?.outcome;
  if (error) return `status ${String(error.metadata.get(errorCodeTrailer)[0])}`;
  return outcome?.failure ? `failure ${outcome.failure.code}` : `outcome ${outcome?.result}`;
}

test('an attempt is accepted, started and answered, and its sandbox goes away', async () => {
  await using solver = await run(obedient);
  const attempt = await solve(solver.api.solver, upload);
  expect(attempt.events.map(({ event }) => event)).toEqual(['accepted', 'started', 'outcome']);
  expect(summary(attempt)).toBe('outcome notSolved');
  await until(async () => (await solver.sandboxNames()).length === 0, 5_000);
  expect(solver.service.context.admission.running).toBe(0);
});

test.each<[string, string, string]>([
  ['that ends without a word', 'exit 0', 'failure solver_failed'],
  ['that fails', 'head -c 12 >/dev/null; exit 3', 'failure solver_failed'],
  ['that prints no events', 'echo hello world; cat >/dev/null', 'failure solver_failed'],
  ['whose outcome is not JSON', "printf 'O\\000\\000\\000\\002{]'; cat >/dev/null", 'failure solver_failed'],
  ['whose outcome is cut off', "printf 'O\\000\\000\\001\\000{'; exit 0", 'failure solver_failed'],
  ['whose event is said to be huge', "printf 'O\\377\\377\\377\\377'; cat >/dev/null", 'failure solver_failed'],
  [
    'whose outcome has unknown fields',
    `${printEvent('outcome', { ...notSolved, extra: 1 })}; cat >/dev/null`,
    'failure solver_failed',
  ],
  ['that floods stdout', 'yes >&1 & cat >/dev/null', 'failure solver_failed'],
  [
    'that floods stdout with events',
    `while true; do ${printEvent('progress', { stage: 'STAGE_DECODE', detail: 'x'.repeat(200), elapsedSeconds: 1 })}; done`,
    'failure output_limit',
  ],
  ['that floods stderr and then answers', `head -c 50000000 /dev/zero >&2; ${obedient}`, 'outcome notSolved'],
  ['that takes all memory', 'exec tail /dev/zero', 'failure memory_limit'],
  ['whose child takes all memory, but which answers', `tail /dev/zero; ${obedient}`, 'outcome notSolved'],
  ['that answers and then lingers', `${obedient}; ${silent}`, 'outcome notSolved'],
])(
  'a program %s',
  async (_what, script, expected) => {
    await using solver = await run(script);
    expect(summary(await solve(solver.api.solver, upload))).toBe(expected);
    await until(async () => (await solver.sandboxNames()).length === 0, 5_000);
  },
  30_000,
);

test('a program that ignores signals is killed at the time limit, and the outcome says so', async () => {
  await using solver = await run(silent);
  const begun = performance.now();
  const attempt = await solve(solver.api.solver, upload, { limits: { maxSeconds: 1 } });
  expect(summary(attempt)).toBe('failure timeout');
  expect(performance.now() - begun).toBeGreaterThan(1000);
  expect(await until(async () => (await solver.sandboxNames()).length === 0, 5_000)).toBeLessThan(1000);
});

test('when the caller is gone the sandbox is gone within a second', async () => {
  await using solver = await run(silent);
  const { call, accepted, settled } = openSolve(solver.api.solver);
  call.write({ header: headerFor(upload) });
  await accepted;
  call.write({ chunk: upload });
  expect(await solver.sandboxNames()).toHaveLength(1);
  call.cancel();
  expect(await until(async () => (await solver.sandboxNames()).length === 0, 5_000)).toBeLessThan(1000);
  expect((await settled).error?.code).toBe(1);
  await until(async () => solver.service.context.admission.running === 0, 5_000);
});

test('the deadline of the call ends it, too', async () => {
  await using solver = await run(silent);
  const { call, settled } = openSolve(solver.api.solver, inSeconds(1.5));
  call.write({ header: headerFor(upload) });
  expect((await settled).error?.code).toBe(4);
  expect(await until(async () => (await solver.sandboxNames()).length === 0, 5_000)).toBeLessThan(1000);
});

test('an upload that differs from its header starts nothing and leaves nothing', async () => {
  await using solver = await run(obedient);
  const attempt = await solve(solver.api.solver, upload, { uploadSha256: Buffer.alloc(32) });
  expect(attempt.events.map(({ event }) => event)).toEqual(['accepted']);
  expect(summary(attempt)).toBe('status upload_mismatch');
  expect(attempt.error?.code).toBe(15);
  await until(async () => (await solver.sandboxNames()).length === 0, 5_000);
});

test('slow reading inside slows the sender down', async () => {
  await using solver = await run('sleep 1000');
  const { call, accepted } = openSolve(solver.api.solver);
  const large = 40 * 1024 * 1024;
  call.write({ header: { ...headerFor(upload), uploadBytes: large } });
  await accepted;
  const chunk = Buffer.alloc(256 * 1024);
  let sent = 0;
  for (let at = 0; at < large; at += chunk.length) call.write({ chunk }, () => (sent += 1));
  let before = -1;
  while (sent !== before) {
    before = sent;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
  // Streams, sockets and the pipe hold some MiB; the rest waits at the sender.
  expect(sent * chunk.length).toBeLessThan(20 * 1024 * 1024);
  call.cancel();
  await until(async () => (await solver.sandboxNames()).length === 0, 5_000);
});

test('one slot and no queue: the second attempt is refused at once, and the slot comes back', async () => {
  await using solver = await run(obedient, { SOLVER_SLOTS: '1', SOLVER_MAX_WAITING: '0' });
  const first = openSolve(solver.api.solver);
  first.call.write({ header: headerFor(upload) });
  await first.accepted;
  expect(summary(await solve(solver.api.solver, upload))).toBe('status busy');
  first.call.cancel();
  await first.settled;
  await until(async () => solver.service.context.admission.running === 0, 5_000);
  expect(summary(await solve(solver.api.solver, upload))).toBe('outcome notSolved');
});

test('ten attempts on one slot all succeed, one after the other', async () => {
  await using solver = await run(obedient, { SOLVER_SLOTS: '1' });
  let most = 0;
  const watching = setInterval(async () => {
    most = Math.max(most, (await solver.sandboxNames()).length);
  }, 50);
  const attempts = await Promise.all(Array.from({ length: 10 }, () => solve(solver.api.solver, upload)));
  clearInterval(watching);
  expect(attempts.map(summary)).toEqual(Array(10).fill('outcome notSolved'));
  expect(most).toBe(1);
}, 30_000);

test('the same job cannot run twice at once', async () => {
  await using solver = await run(silent);
  const first = openSolve(solver.api.solver);
  const header = headerFor(upload);
  first.call.write({ header });
  await first.accepted;
  expect(summary(await solve(solver.api.solver, upload, header))).toBe('status busy');
  expect(await solver.sandboxNames()).toHaveLength(1);
  first.call.cancel();
});

test('a drain lets the running attempt finish and refuses new ones; a forced one removes its sandbox', async () => {
  await using solver = await run(`head -c 100000 >/dev/null; sleep 1; ${obedient}`);
  const running = solve(solver.api.solver, upload);
  await until(async () => (await solver.sandboxNames()).length === 1, 5_000);
  const drained = solver.service.drain(new AbortController().signal);
  expect(summary(await solve(solver.api.solver, upload))).toBe('status draining');
  expect(summary(await running)).toBe('outcome notSolved');
  await drained;
  expect(await solver.sandboxNames()).toEqual([]);

  await using other = await run(silent);
  const given = solve(other.api.solver, upload);
  await until(async () => (await other.sandboxNames()).length === 1, 5_000);
  await other.service.drain(AbortSignal.abort());
  expect(summary(await given)).toBe('status draining');
  expect(await other.sandboxNames()).toEqual([]);
});

test('a stop waits neither for watchers, nor for streams without a header, nor for silent connections', async () => {
  await using solver = await run(obedient);
  const silence = connect(solver.service.port, '127.0.0.1');
  await new Promise((resolve) => silence.once('connect', resolve));
  const { settled } = openSolve(solver.api.solver);
  const watch = solver.api.health.Watch({ service: '' });
  const tail = solver.ops.ops.TailLogs({ lines: 0, follow: true });
  const ended = [watch, tail].map((stream) => new Promise((resolve) => stream.on('error', resolve)));
  await new Promise((resolve) => watch.once('data', resolve));
  watch.resume();
  tail.resume();
  await solver.service.close();
  await Promise.all([...ended, settled]);
  silence.destroy();
});
