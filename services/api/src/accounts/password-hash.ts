// Passwords become bcrypt hashes and are compared with them, off the main thread, a few at a time.
import { AstrogateError } from '@astrogate/proto';
import bcrypt from 'bcrypt';
import { mostPasswordBytes } from './password-rules.js';

/** About 250 ms of a processor core in 2026. */
const cost = 12;
/** Half of Node's four threads, which files and names of hosts need as well. */
const mostAtOnce = 2;
/** Some four seconds of waiting; whoever comes then is better told than kept. */
const mostWaiting = 32;

export class Passwords {
  #working = 0;
  readonly #waiting: (() => void)[] = [];
  #dummy: Promise<string> | undefined;

  /** Throws `busy`. The password has passed checkPassword. */
  hash(password: string): Promise<string> {
    return this.#inTurn(() => bcrypt.hash(password, cost));
  }

  /** Whether it is the password of `hash`. It takes as long when there is no hash. Throws `busy`. */
  async isRight(password: string, hash: string | undefined): Promise<boolean> {
    const isPossible =
      hash !== undefined && Buffer.byteLength(password) <= mostPasswordBytes && !password.includes('\0');
    this.#dummy ??= bcrypt.hash('nobody has this password', cost);
    const against = isPossible ? hash : await this.#dummy;
    const isEqual = await this.#inTurn(() => bcrypt.compare(isPossible ? password : 'x', against));
    return isPossible && isEqual;
  }

  async #inTurn<T>(act: () => Promise<T>): Promise<T> {
    if (this.#working >= mostAtOnce) {
      if (this.#waiting.length >= mostWaiting) throw new AstrogateError('busy', 'Too many sign-ins at once');
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else this.#working += 1;
    try {
      return await act();
    } finally {
      const next = this.#waiting.shift();
      // The place goes on from hand to hand.
      if (next) next();
      else this.#working -= 1;
    }
  }
}
