// FakeTargets: the containers that a solver would act on, in memory. It does as a test tells it and counts what was asked.
import { AstrogateError, type ErrorCode } from '@astrogate/proto';
import type { Act, Cause, Target, TargetClient } from '../src/system/target-client.js';

export class FakeTargets implements TargetClient {
  readonly acts: [Act, string, Cause][] = [];
  readonly targets = new Map<string, Target>();
  hasEngine = true;
  /** Thrown by the next act, after it has had its effect or before. */
  nextError: { code: ErrorCode; afterEffect: boolean } | undefined;
  #clock = 0;

  constructor(...aliases: string[]) {
    for (const alias of aliases) this.set(alias, 'running');
  }

  set(alias: string, state: Target['state']): void {
    this.#clock += 1;
    const startedAt = state === 'running' ? new Date(this.#clock * 1000).toISOString() : '';
    this.targets.set(alias, { alias, state, startedAt });
  }

  async capabilities() {
    return { engine: this.hasEngine, targets: [...this.targets.keys()] };
  }

  async list(): Promise<Target[]> {
    this.#needEngine();
    return [...this.targets.values()];
  }

  async act(act: Act, alias: string, cause: Cause): Promise<Target> {
    this.#needEngine();
    this.acts.push([act, alias, cause]);
    const error = this.nextError;
    this.nextError = undefined;
    if (error && !error.afterEffect) throw new AstrogateError(error.code);
    if (act === 'stop') this.set(alias, 'exited');
    else if (act === 'restart' || (act === 'start' && this.targets.get(alias)?.state !== 'running'))
      this.set(alias, 'running');
    if (error) throw new AstrogateError(error.code);
    return this.targets.get(alias) as Target;
  }

  close(): void {}

  #needEngine(): void {
    if (!this.hasEngine) throw new AstrogateError('engine_unavailable');
  }
}
