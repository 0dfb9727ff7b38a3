// A client that does not mind a server that is killed: it hands every job in until it is taken, and looks at all of
// them until they have ended.
import { submitJob } from '../solve-jobs.js';
import type { CrashJob } from './crash-jobs.js';

/** What of a job's JSON is compared. */
export interface SeenJob {
  id: string;
  status: string;
  upload: { sha256: string };
  failure: { code: string } | null;
}

const pauseMs = 200;
const looksAtOnce = 8;

export class CrashClient {
  /** Every job that was answered with 202, by its id. */
  readonly accepted = new Map<string, CrashJob>();
  readonly ended = new Map<string, SeenJob>();

  #asked = 0;

  /** Asks one of `urls` after the other, and another one when one does not answer. */
  constructor(
    readonly urls: readonly string[],
    readonly signal: AbortSignal,
  ) {}

  /** Hands all jobs in, one after the other, each when it `isDue`. */
  async submitAll(jobs: readonly CrashJob[], isDue: (index: number) => boolean): Promise<void> {
    for (const [index, job] of jobs.entries()) {
      while (!isDue(index)) await this.#pause();
      const { id } = await this.#insist(() => submitJob(this.#url(), job.bytes, job.fields, this.signal));
      this.accepted.set(id, job);
    }
  }

  /** Looks at jobs until `count` have ended. */
  async watch(count: number): Promise<void> {
    while (this.ended.size < count) {
      const open = [...this.accepted.keys()].filter((id) => !this.ended.has(id)).slice(0, looksAtOnce);
      for (const id of open) {
        const job = await this.#insist(() => this.look(id));
        if (job.status !== 'queued' && job.status !== 'running') this.ended.set(id, job);
      }
      await this.#pause();
    }
  }

  /** Throws an Error for any answer but 200. */
  async look(id: string): Promise<SeenJob> {
    const headers = { connection: 'close' };
    const response = await fetch(`${this.#url()}/api/v1/solves/${id}`, { headers, signal: this.signal });
    if (response.status === 404) throw new Lost(`job ${id} is not known any more`);
    if (!response.ok) throw new Error(`the api answered ${response.status}`);
    return (await response.json()) as SeenJob;
  }

  #url(): string {
    return this.urls[this.#asked++ % this.urls.length] as string;
  }

  async #insist<T>(act: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await act();
      } catch (error) {
        this.signal.throwIfAborted();
        if (error instanceof Lost) throw error;
        await this.#pause();
      }
    }
  }

  async #pause(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    this.signal.throwIfAborted();
  }
}

/** A job that the api has forgotten: there is no use in asking again. */
class Lost extends Error {
  override name = 'Lost';
}
