// What the solver is doing: the one owner of that fact. Health, admission and GetStatus follow it.
import { EventEmitter } from 'node:events';

export type StateName = 'SERVING' | 'ENGINE_LOST' | 'DRAINING';

export class SolverState {
  #engineLost = false;
  #draining = false;
  readonly #changes = new EventEmitter().setMaxListeners(0);

  /** Draining outranks a lost engine: it cannot be undone. */
  get name(): StateName {
    if (this.#draining) return 'DRAINING';
    return this.#engineLost ? 'ENGINE_LOST' : 'SERVING';
  }

  /** Draining changes nothing of it. */
  get hasEngine(): boolean {
    return !this.#engineLost;
  }

  setEngineLost(lost: boolean): void {
    this.#change(() => {
      this.#engineLost = lost;
    });
  }

  startDraining(): void {
    this.#change(() => {
      this.#draining = true;
    });
  }

  /** Calls `listener` at every change of the name from now on; the result ends that. */
  onChange(listener: (name: StateName) => void): () => void {
    this.#changes.on('change', listener);
    return () => this.#changes.off('change', listener);
  }

  #change(act: () => void): void {
    const before = this.name;
    act();
    if (this.name !== before) this.#changes.emit('change', this.name);
  }
}
