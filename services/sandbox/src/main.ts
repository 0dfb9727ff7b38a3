// The program inside a sandbox: one job frame in on stdin, events and one outcome out on stdout, then the end.
// It opens no connection, starts no shell and ends when nobody waits for it any more.
import './compile-early.js';
import { join } from 'node:path';
import type { SandboxJob, SandboxOutcome } from '@astrogate/proto/sandbox';
import { containerBox } from './box.js';
import { workingMs } from './deadline.js';
import { Engine } from './engine/engine.js';
import { writeEngineConfig } from './engine/engine-config.js';
import { JobFrameReader } from './job-frame.js';
import { lanes } from './recipes/trial.js';
import { rehearse } from './rehearsal.js';
import { Reporter } from './report.js';
import { solve } from './solve.js';
import { killAllTools } from './tool.js';
import { readVersions } from './versions.js';

/** Exit codes besides 0: there was nobody to answer, the answer could not be written. */
const exitCode = { abandoned: 2, broken: 3 } as const;

const box = containerBox;
const uploadPath = join(box.jobDir, 'upload');
const versions = readVersions(box);
const engine = new Engine(writeEngineConfig(box), box.jobDir);
const reporter = new Reporter(process.stdout);

/** Kills what runs and ends at once. */
function end(code: number): never {
  killAllTools();
  process.exit(code);
}

let answered = false;

/** Writes the one outcome and ends. */
async function answer(outcome: SandboxOutcome): Promise<void> {
  if (answered) return;
  answered = true;
  await reporter.outcome(outcome).catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    end(exitCode.broken);
  });
  end(0);
}

/** For what nobody foresaw: the details go to stderr, the caller gets a neutral sentence. */
function answerBroken(error: unknown): void {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  const failure = { code: 'solver_failed' as const, message: 'the sandbox program failed', tried: [] };
  void answer({ failure, timings: [], versions });
}

async function run(job: SandboxJob): Promise<void> {
  reporter.jobStarted();
  const signal = AbortSignal.timeout(workingMs(job.limits.maxSeconds));
  const progress = reporter.progress.bind(reporter);
  await answer(await solve(job, { box, engine, uploadPath, versions, progress, signal }));
}

const frame = new JobFrameReader(uploadPath, {
  onJob: (job) => void run(job).catch(answerBroken),
  onBadFrame: answerBroken,
});

process.on('uncaughtException', answerBroken);
process.on('SIGTERM', () => end(exitCode.abandoned));
process.stdout.on('error', () => end(exitCode.abandoned));
process.stdin.on('data', (chunk: Buffer) => frame.push(chunk));
process.stdin.on('end', () => end(exitCode.abandoned));
process.stdin.on('error', () => end(exitCode.abandoned));
engine.prepare(lanes);
void rehearse().then(() => reporter.ready(versions));
