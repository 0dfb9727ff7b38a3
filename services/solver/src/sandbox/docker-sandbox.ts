// One container, one attempt: create → attach → start → bytes in, events out → remove. Removal does not depend on how
// the attempt ended, nor on whether anyone still waits.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@astrogate/common';
import type { ContainerSpec } from '@astrogate/sandbox-spec';
import { removalPausesMs } from '../limits.js';
import type { DockerEngine } from './docker-engine.js';
import { isEngineError } from './engine-error.js';
import type { LiveSandboxes } from './live-sandboxes.js';
import { Pump, type SandboxEvent } from './pump.js';

export interface Sandbox extends AsyncDisposable {
  readonly sandboxId: string;
  /** Bytes for stdin; resolves when more may come. */
  write(bytes: Buffer): Promise<void>;
  /** Events until the program closes its output or the attempt is aborted; may be read once. */
  events(): AsyncIterable<SandboxEvent>;
  /** Makes sure that the program has ended and says how. */
  ending(): Promise<{ oomKilled: boolean; exitCode: number }>;
  /** For the log line of the attempt. `stderrTail` is untrusted. */
  readonly output: { readonly stdoutBytes: number; readonly stderrBytes: number; readonly stderrTail: string };
}

export interface SandboxSource {
  /** A started sandbox for `jobId`. When `signal` fires its connection is cut; disposing removes it. */
  open(jobId: string, signal: AbortSignal): Promise<Sandbox>;
}

interface Parts {
  readonly engine: DockerEngine;
  readonly live: LiveSandboxes;
  readonly log: Logger;
  /** Builds what is created; tests put hostile programs in here. */
  readonly specFor: (sandboxId: string) => ContainerSpec;
}

export function createSandboxSource(parts: Parts): SandboxSource {
  const { engine, live } = parts;
  return {
    async open(jobId, signal) {
      const sandboxId = randomBytes(16).toString('hex');
      const spec = parts.specFor(sandboxId);
      let pump: Pump | undefined;
      const cut = () => pump?.close(signal.reason);
      live.add(sandboxId, jobId);
      try {
        const id = await engine.create(spec);
        signal.throwIfAborted();
        const attached = new Pump(await engine.attach(id));
        pump = attached;
        signal.addEventListener('abort', cut, { once: true });
        signal.throwIfAborted();
        await engine.start(id);
        return {
          sandboxId,
          output: attached,
          write: (bytes) => attached.write(bytes),
          events: () => attached.events(),
          ending: () => ending(engine, id),
          async [Symbol.asyncDispose]() {
            signal.removeEventListener('abort', cut);
            attached.close();
            await removeSandbox(parts, sandboxId, id);
          },
        };
      } catch (error) {
        signal.removeEventListener('abort', cut);
        pump?.close();
        // By name, since a create that failed in our eyes may have succeeded in the engine's.
        await removeSandbox(parts, sandboxId, spec.name);
        throw error;
      }
    },
  };
}

/** Tries a few times, then leaves it to the sweeper. Never throws. */
async function removeSandbox({ engine, live, log }: Parts, sandboxId: string, id: string): Promise<void> {
  for (const pauseMs of [...removalPausesMs, undefined]) {
    try {
      await engine.remove(id);
      break;
    } catch (error) {
      log.warn(
        { err: error, sandboxId },
        pauseMs === undefined ? 'sandbox left to the sweeper' : 'sandbox not removed',
      );
      if (pauseMs === undefined || isEngineError(error, 'unreachable')) break;
      await sleep(pauseMs);
    }
  }
  live.delete(sandboxId);
}

async function ending(engine: DockerEngine, id: string): Promise<{ oomKilled: boolean; exitCode: number }> {
  try {
    await engine.signal(id, 'KILL');
  } catch (error) {
    // It had ended by itself.
    if (!isEngineError(error, 'conflict')) throw error;
  }
  await engine.wait(id);
  const { State } = await engine.inspect(id);
  return { oomKilled: State.OOMKilled, exitCode: State.ExitCode };
}
