// FakeVaultTargets: a fake solver with one target, "vault", which is a Vault of a test. It stops and starts it.
import { AstrogateError, type ErrorCode } from '@astrogate/proto';
import type { Act, Cause, Target, TargetClient } from '../src/system/target-client.js';
import type { RunningVault } from './vault/running-vault.js';

export class FakeVaultTargets implements TargetClient {
  readonly acts: Act[] = [];
  hasEngine = true;
  hasContainer = true;
  /** Thrown by every act of this kind instead of doing it. */
  failing: { act: Act; code: ErrorCode } | undefined;
  #isRunning = true;
  #starts = 1;

  constructor(readonly vault: RunningVault) {}

  async capabilities() {
    return { engine: this.hasEngine, targets: ['vault'] };
  }

  async list(): Promise<Target[]> {
    if (!this.hasEngine) throw new AstrogateError('engine_unavailable');
    return [this.#target()];
  }

  async act(act: Act, _alias: string, _cause: Cause): Promise<Target> {
    if (!this.hasEngine) throw new AstrogateError('engine_unavailable');
    if (this.failing?.act === act) throw new AstrogateError(this.failing.code);
    this.acts.push(act);
    if (act === 'stop') await this.byHand('stop');
    else if (act === 'start' && !this.#isRunning) await this.byHand('start');
    return this.#target();
  }

  /** As an operator does it. */
  async byHand(act: 'stop' | 'start'): Promise<void> {
    await this.vault[act]();
    this.#isRunning = act === 'start';
    if (this.#isRunning) this.#starts += 1;
  }

  close(): void {}

  #target(): Target {
    const startedAt = new Date(this.#starts * 1000).toISOString();
    if (!this.hasContainer) return { alias: 'vault', state: 'absent', startedAt: '' };
    return { alias: 'vault', state: this.#isRunning ? 'running' : 'exited', startedAt };
  }
}
