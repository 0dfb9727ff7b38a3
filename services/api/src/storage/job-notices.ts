// Changes of jobs as the database tells them, to every process that listens. See the triggers in the migrations.
import type { PgBoss } from 'pg-boss';
import type { JobListener } from '../jobs/job-store.js';
import { listenTo, type Subscription } from './listen.js';

const channel = 'astrogate_jobs';

/** One subscription for all listeners of this process: on a server each costs a connection. */
export class JobNotices {
  readonly #listeners = new Set<JobListener>();
  #subscription: Promise<Subscription> | undefined;

  constructor(readonly boss: PgBoss) {}

  /** Listens until the function returned is called. Whenever the connection was lost meanwhile, `gap` is called. */
  async listen(listener: JobListener): Promise<() => Promise<void>> {
    this.#listeners.add(listener);
    try {
      this.#subscription ??= this.#subscribe();
      await this.#subscription;
    } catch (error) {
      this.#listeners.delete(listener);
      this.#subscription = undefined;
      throw error;
    }
    return () => this.#leave(listener);
  }

  async #leave(listener: JobListener): Promise<void> {
    if (!this.#listeners.delete(listener) || this.#listeners.size > 0) return;
    const subscription = this.#subscription;
    this.#subscription = undefined;
    await (await subscription)?.close();
  }

  #subscribe(): Promise<Subscription> {
    const onNotice = (payload: string) => {
      const [status = '', id = ''] = payload.split(' ');
      for (const listener of this.#listeners) tell(listener, status, id);
    };
    const onGap = () => {
      for (const listener of this.#listeners) listener.gap();
    };
    return listenTo(this.boss, channel, onNotice, onGap);
  }
}

/** A job that was deleted has ended for whoever works on it or waits for it. */
function tell(listener: JobListener, status: string, id: string): void {
  listener.changed?.(id);
  if (status === 'queued') listener.queued();
  else if (status !== 'running') listener.ended(id);
}
