// FakeNginxTargets: a fake solver with one target, "nginx", which is a real nginx process. Its reload is HUP by pid.
import { AstrogateError } from '@astrogate/proto';
import type { Act, Cause, Target, TargetClient } from '../src/system/target-client.js';
import type { RunningNginx } from './nginx.js';

export class FakeNginxTargets implements TargetClient {
  readonly acts: [Act, Cause][] = [];
  hasEngine = true;
  /** Called before each act, such as to break what nginx is about to read. */
  beforeAct: () => void = () => {};
  #starts = 1;

  constructor(readonly nginx: RunningNginx) {}

  async capabilities() {
    return { engine: this.hasEngine, targets: ['nginx'] };
  }

  async list(): Promise<Target[]> {
    if (!this.hasEngine) throw new AstrogateError('engine_unavailable');
    return [this.#target()];
  }

  async act(act: Act, alias: string, cause: Cause): Promise<Target> {
    if (!this.hasEngine) throw new AstrogateError('engine_unavailable');
    if (alias !== 'nginx') throw new AstrogateError('target_absent');
    this.beforeAct();
    this.acts.push([act, cause]);
    if (act === 'reload') {
      if (!this.nginx.isRunning) throw new AstrogateError('target_not_running');
      this.nginx.reload();
    } else {
      this.#starts += 1;
      await this.nginx.restart();
      if (!this.nginx.isRunning) throw new AstrogateError('target_failed');
    }
    return this.#target();
  }

  close(): void {}

  #target(): Target {
    const startedAt = new Date(this.#starts * 1000).toISOString();
    return { alias: 'nginx', state: this.nginx.isRunning ? 'running' : 'exited', startedAt };
  }
}
