// How many event streams may be open at once: each holds a connection for as long as its job lasts.
import { AstrogateError } from '@astrogate/proto';

/** A stream costs about 50 kB: its connection, its buffers and a page of events. */
const mostOpen = 500;
/** A tab has one; programs that follow a whole night's frames do so in turn, or list them. */
const mostPerCaller = 50;

export class StreamPlaces {
  readonly #ofCaller = new Map<string, number>();
  #open = 0;

  /** Returns a function that gives the place back. Throws `too_many_streams` and `streams_exhausted`. */
  take(callerKey: string): () => void {
    const own = this.#ofCaller.get(callerKey) ?? 0;
    if (own >= mostPerCaller) throw new AstrogateError('too_many_streams');
    if (this.#open >= mostOpen) throw new AstrogateError('streams_exhausted');
    this.#ofCaller.set(callerKey, own + 1);
    this.#open += 1;
    let isTaken = true;
    return () => {
      if (isTaken) this.#release(callerKey);
      isTaken = false;
    };
  }

  get open(): number {
    return this.#open;
  }

  #release(callerKey: string): void {
    const own = this.#ofCaller.get(callerKey) ?? 0;
    if (own <= 1) this.#ofCaller.delete(callerKey);
    else this.#ofCaller.set(callerKey, own - 1);
    this.#open -= 1;
  }
}
