// One container, one attempt: create → attach → start → bytes in, events out → remove. Removal does not depend on how
// the attempt ended, nor on whether anyone still waits.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@astrogate/common';
import type { ContainerSpec } from '@astrogate/sandbox-spec';
import { endMs, removalPausesMs } from '../limits.js';
import type { DockerEngine } from './docker-engine.js';
import { isEngineError } from './engine-error.js';
import type { LiveSandboxes } from './live-sandboxes.js';
import { Pump, type SandboxEvent } from './pump.js';

export interface Ending {
  readonly oomKilled: boolean;
  readonly exitCode: number;
  /** SIGKILL that was not ours, by the engine that is stopped, by the machine, by its administrator. */
  readonly killedByOthers: boolean;
}

/** 128 + SIGKILL. Process 1 of a container cannot be killed from inside; it can only say that it was. */
const killedCode = 137;

export interface Sandbox extends AsyncDisposable {
  readonly sandboxId: string;
  /** Bytes for stdin; resolves when more may come. */
  write(bytes: Buffer): Promise<void>;
  /** Events until the program closes its output or the attempt is aborted; may be read once. */
  events(): AsyncIterable<SandboxEvent>;
  /** Makes sure that the program has ended and says how. */
  ending(): Promise<Ending>;
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

/** Tries a few times, then leaves it to a sweep, which is due as soon as the engine answers. Never throws. */
async function removeSandbox({ engine, live, log }: Parts, sandboxId: string, id: string): Promise<void> {
  for (const pauseMs of [...removalPausesMs, undefined]) {
    try {
      await engine.remove(id);
      return live.delete(sandboxId);
    } catch (error) {
      log.warn(
        { err: error, sandboxId },
        pauseMs === undefined ? 'sandbox left to the sweeper' : 'sandbox not removed',
      );
      if (pauseMs === undefined || isEngineError(error, 'unreachable')) break;
      await sleep(pauseMs);
    }
  }
  live.leave(sandboxId);
}

async function ending(engine: DockerEngine, id: string): Promise<Ending> {
  const endedBefore = await engine.wait(id, endMs).then(
    () => true,
    () => false,
  );
  if (!endedBefore) await kill(engine, id);
  const { State } = await engine.inspect(id);
  const { OOMKilled: oomKilled, ExitCode: exitCode } = State;
  return { oomKilled, exitCode, killedByOthers: endedBefore && exitCode === killedCode && !oomKilled };
}

async function kill(engine: DockerEngine, id: string): Promise<void> {
  try {
    await engine.signal(id, 'KILL');
  } catch (error) {
    // It has ended by itself after all.
    if (!isEngineError(error, 'conflict')) throw error;
  }
  await engine.wait(id);
}
