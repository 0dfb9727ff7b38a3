// Changes of jobs as the database tells them, to every process that listens. See the triggers in the migrations.
import type { PgBoss } from 'pg-boss';
import type { JobListener } from '../jobs/job-store.js';

const channel = 'astrogate_jobs';

type Handle = { close(): Promise<void> };

/** One subscription for all listeners of this process: on a server each costs a connection. */
export class JobNotices {
  readonly #listeners = new Set<JobListener>();
  #handle: Promise<Handle> | undefined;

  constructor(readonly boss: PgBoss) {}

  /** Listens until the function returned is called. Whenever the connection was lost meanwhile, `gap` is called. */
  async listen(listener: JobListener): Promise<() => Promise<void>> {
    this.#listeners.add(listener);
    try {
      this.#handle ??= this.#subscribe();
      await this.#handle;
    } catch (error) {
      this.#listeners.delete(listener);
      this.#handle = undefined;
      throw error;
    }
    return () => this.#leave(listener);
  }

  async #leave(listener: JobListener): Promise<void> {
    if (!this.#listeners.delete(listener) || this.#listeners.size > 0) return;
    const handle = this.#handle;
    this.#handle = undefined;
    await (await handle)?.close();
  }

  async #subscribe(): Promise<Handle> {
    const onNotice = (payload: string) => {
      const [status = '', id = ''] = payload.split(' ');
      for (const listener of this.#listeners) tell(listener, status, id);
    };
    const onGap = () => {
      for (const listener of this.#listeners) listener.gap();
    };
    const handle = await this.boss.getDb().listen?.(channel, onNotice, onGap);
    if (!handle) throw new Error('the database cannot notify');
    return handle;
  }
}

/** A job that was deleted has ended for whoever works on it or waits for it. */
function tell(listener: JobListener, status: string, id: string): void {
  listener.changed?.(id);
  if (status === 'queued') listener.queued();
  else if (status !== 'running') listener.ended(id);
}
