// A connection to the server that is closed when it does not answer: the pool would hand it out again and again, with
// whatever it has left half done.
import pg from 'pg';
import { isAnswer } from './failure.js';

type Query = (...args: unknown[]) => unknown;

export class Connection extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    const query = this.query.bind(this) as Query;
    this.query = ((...args: unknown[]) => {
      const asked = query(...args);
      if (asked instanceof Promise) asked.catch((error) => isAnswer(error) || void this.end().catch(() => {}));
      return asked;
    }) as typeof this.query;
  }
}
