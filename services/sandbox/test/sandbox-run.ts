// Runs the image as the solver does: the same hardening, one frame in, events out. Through the docker CLI.
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  EventDecoder,
  encodeJobHead,
  hintsSchema,
  limitsSchema,
  outcomeSchema,
  type SandboxOutcome,
} from '../../../proto/src/sandbox.js';
import { seccompProfile } from '../../sandbox-spec/src/seccomp/profile.js';
import { testEngine } from './engine.js';

// The command line takes a profile from a file only.
const profileFile = join(mkdtempSync(join(tmpdir(), 'sandbox-test-')), 'seccomp.json');
writeFileSync(profileFile, JSON.stringify(seccompProfile()));

const tmpfs = 'rw,noexec,nosuid,nodev,size=256m,nr_inodes=4k,mode=0700,uid=65532,gid=65532';
const hardening = [
  ...['--network', 'none', '--read-only', '--user', '65532:65532', '--cap-drop', 'ALL', '--ipc', 'none'],
  ...[
    '--security-opt',
    'no-new-privileges',
    '--security-opt',
    `seccomp=${profileFile}`,
    '--tmpfs',
    `/job:${tmpfs}`,
    '--tmpfs',
    `/tmp:${tmpfs}`,
  ],
  ...['--pids-limit', '64', '--memory', '2g', '--memory-swap', '2g', '--log-driver', 'none'],
  ...['--ulimit', 'nofile=256:256', '--ulimit', 'core=0:0', '--ulimit', `fsize=${256 * 2 ** 20}`],
];

/** Test files run side by side, each in a process of its own. */
const namePrefix = `sandbox-test-${process.pid}-`;

export interface JobOptions {
  hints?: Record<string, unknown>;
  guesses?: object[];
  limits?: Record<string, unknown>;
  maxPixels?: number;
  allowRaw?: boolean;
}

export const jobHeader = ({
  hints = {},
  guesses = [],
  limits = {},
  maxPixels = 64_000_000,
  allowRaw = false,
}: JobOptions) => ({
  hints: hintsSchema.parse(hints),
  guesses,
  limits: limitsSchema.parse({ maxSeconds: 60, ...limits }),
  maxPixels,
  allowRaw,
});

export interface SandboxEnd {
  kinds: string[];
  outcome: SandboxOutcome | undefined;
  code: number;
  /** From the end of the frame to the outcome. */
  seconds: number;
}

/** A started sandbox that has said `ready`. */
export class SandboxRun {
  readonly name = `${namePrefix}${randomBytes(6).toString('hex')}`;
  readonly kinds: string[] = [];
  outcome: SandboxOutcome | undefined;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting: { kind: string; resolve: () => void }[] = [];
  readonly #closed: Promise<number>;
  outcomeAt = 0;

  private constructor() {
    const { image, dockerHost } = testEngine();
    const args = ['--host', dockerHost, 'run', '--rm', '--interactive', '--name', this.name, ...hardening, image];
    this.#child = spawn('docker', args);
    const decoder = new EventDecoder();
    this.#child.stdout.on('data', (chunk: Buffer) => {
      for (const event of decoder.push(chunk)) this.#take(event.kind, event.json);
    });
    this.#child.stdin.on('error', () => {});
    this.#child.stderr.resume();
    this.#closed = new Promise((resolve) => this.#child.on('close', (code) => resolve(code ?? -1)));
  }

  static async start(): Promise<SandboxRun> {
    const run = new SandboxRun();
    await Promise.race([run.event('ready'), run.#closed.then(() => Promise.reject(new Error('no ready event')))]);
    return run;
  }

  /** Resolves with the next event of a kind, or at once when one has come. */
  event(kind: string): Promise<void> {
    if (this.kinds.includes(kind)) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ kind, resolve }));
  }

  write(bytes: Buffer): void {
    this.#child.stdin.write(bytes);
  }

  send(upload: Buffer, options: JobOptions = {}): void {
    this.write(encodeJobHead(jobHeader(options), upload.length));
    this.write(upload);
  }

  endInput(): void {
    this.#child.stdin.end();
  }

  /** The container's exit code, once it and the docker CLI are gone. */
  closed(): Promise<number> {
    return this.#closed;
  }

  #take(kind: string, json: Buffer): void {
    this.kinds.push(kind);
    if (kind === 'outcome') {
      this.outcome = outcomeSchema.parse(JSON.parse(json.toString()));
      this.outcomeAt = performance.now();
    }
    for (const { resolve } of this.#waiting.filter((waiting) => waiting.kind === kind)) resolve();
  }
}

/** One whole job. Stdin stays open until the sandbox has ended by itself. */
export async function solveInSandbox(upload: Buffer, options: JobOptions = {}): Promise<SandboxEnd> {
  const run = await SandboxRun.start();
  const sent = performance.now();
  run.send(upload, options);
  const code = await run.closed();
  return { kinds: run.kinds, outcome: run.outcome, code, seconds: (run.outcomeAt - sent) / 1000 };
}

/** Names of containers of these tests that are still there. */
export function leftovers(): string[] {
  const { dockerHost } = testEngine();
  const filter = ['--all', '--filter', `name=${namePrefix}`, '--format', '{{.Names}}'];
  const names = execFileSync('docker', ['--host', dockerHost, 'ps', ...filter], { encoding: 'utf8' });
  return names.split('\n').filter((name) => name !== '');
}
