// Which solver this guard serves. The first create body that it accepts says so, once for the guard's life: a solver
// that is taken over later cannot pass for another one, whose sandboxes share the engine.
import { Denied } from './denied.js';

export class ServedInstance {
  #id: string | undefined;

  /** Undefined before the first create body. Until then no sandbox is anybody's that may be touched. */
  get id(): string | undefined {
    return this.#id;
  }

  /** Takes `instanceId` for good when there is none yet. Throws Denied when there is another. */
  claim(instanceId: string): void {
    this.#id ??= instanceId;
    if (this.#id !== instanceId) throw new Denied('a create of another solver than the one that this guard serves');
  }
}
