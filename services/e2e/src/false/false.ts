// `npm run test:false`: frames that show no sky, through the whole product. Not one may be solved.
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import {
  containerTool,
  type Engine,
  ensureSandboxImage,
  interruption,
  makePrivateDirectory,
  places,
  say,
  startStack,
} from '@astrogate/local';
import { goesOn, wholeNumber, withEngine } from '../measuring-run.js';
import { inLanes, solveJob } from '../solve-jobs.js';
import { type FalseFrame, frameKinds, frameMaker, kindOf } from './frames.js';
import { falseTable, reportOf, type Verdict, verdictOn } from './verdict.js';
import { openVerdictLog } from './verdict-log.js';

/** At the default: 1,000 frames end within 70 minutes on two cores. */
const defaults = { frames: 1000, seconds: 8 };

const usage = `Usage: npm run test:false -- [--frames N] [--seconds N] [--seed N] [--again] [--json FILE]
Has frames of ${frameKinds.join(', ')} solved over HTTP, in real sandboxes, and fails when one is.
Depth: every recipe, blind, all scales, both parities, all indexes of the image, as far as the time goes.
An interrupted run goes on where it was; frames that were falsely solved are kept.
  --frames N     seeds 0 to N - 1 (default ${defaults.frames})
  --seconds N    longest time of a frame (default ${defaults.seconds}); as many at a time as there are cores
  --seed N       this frame alone
  --again        forgets earlier verdicts with the same limit
  --json FILE    writes report and verdicts there`;

interface Options {
  seeds: readonly number[];
  seconds: number;
  again: boolean;
  json: string | undefined;
}

/** Ends with exit code 1 when a frame was solved or could not be judged. */
export async function testFalse(args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  if (!options) return console.log(usage);
  await withEngine((engine) => judgeAll(engine, options), goesOn);
}

function readOptions(args: readonly string[]): Options | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      frames: { type: 'string', default: String(defaults.frames) },
      seconds: { type: 'string', default: String(defaults.seconds) },
      seed: { type: 'string' },
      again: { type: 'boolean', default: false },
      json: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return undefined;
  const whole = (name: 'frames' | 'seconds' | 'seed', least: number) => wholeNumber(name, values[name], least);
  const seeds = values.seed === undefined ? [...Array(whole('frames', 1)).keys()] : [whole('seed', 0)];
  // A frame that somebody asks for by its seed is always judged again.
  const again = values.again && values.seed === undefined;
  return { seeds, seconds: whole('seconds', 1), again, json: values.json && resolve(values.json) };
}

async function judgeAll(engine: Engine, { seeds, seconds, again, json }: Options): Promise<void> {
  const signal = interruption();
  const image = await ensureSandboxImage(engine, true);
  const home = makePrivateDirectory(join(places.state, 'false'));
  const head = { seconds, image };
  const log = openVerdictLog(join(home, 'verdicts.jsonl'), head, again);
  const wanted = new Set(seeds);
  const verdicts = new Map(log.earlier.filter(({ seed }) => wanted.has(seed)).map((one) => [one.seed, one]));
  if (seeds.length === 1) verdicts.clear();
  if (verdicts.size > 0) say(`• ${verdicts.size} frames were judged before`);
  const make = frameMaker(containerTool({ image, dockerHost: engine.cli.host }));
  const stack = await startStack({
    dockerHost: engine.cli.host,
    sandboxImage: image,
    apiPort: 0,
    apiEnv: { API_JOB_SECONDS: String(seconds) },
  });
  try {
    const missing = seeds.filter((seed) => !verdicts.has(seed));
    await inLanes(missing, availableParallelism(), async (seed) => {
      signal.throwIfAborted();
      const frame = await make(seed);
      const begin = performance.now();
      const job = await solveJob(stack.url, frame.bytes, {}, signal);
      const verdict = verdictOn(frame, job, (performance.now() - begin) / 1000);
      verdicts.set(seed, verdict);
      log.add(verdict);
      if (verdict.end === 'false' || verdict.end === 'broken') keep(home, frame, verdict);
      if (verdicts.size % 10 === 0) say(`  ${verdicts.size} of ${seeds.length} frames, last: ${kindOf(seed)}`);
    });
  } finally {
    await stack.stop();
  }
  conclude([...verdicts.values()], head, json);
}

function keep(home: string, { seed, kind, format, bytes }: FalseFrame, verdict: Verdict): void {
  const file = join(home, `${seed}-${kind.replaceAll(' ', '-')}.${format}`);
  writeFileSync(file, bytes);
  say(`✗ seed ${seed} (${kind}): ${verdict.end}: ${verdict.detail}\n  kept: ${file}`);
}

function conclude(
  verdicts: readonly Verdict[],
  head: { seconds: number; image: string },
  json: string | undefined,
): void {
  const report = reportOf(verdicts);
  console.log(falseTable(report));
  console.log(
    `\n${report.frames} frames at ${head.seconds} s each: ${report.false_solutions} false solutions, ` +
      `${report.broken} broken, ${report.not_solved} tried to the end, ${report.time_limit} ended by the limit`,
  );
  if (json) writeFileSync(json, `${JSON.stringify({ ...head, ...report, verdicts }, null, 2)}\n`);
  process.exitCode = report.false_solutions + report.broken === 0 ? 0 : 1;
}
