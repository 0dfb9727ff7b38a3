// Changes of jobs as the database tells them, to every process that listens. See the trigger in the first migration.
import type { PgBoss } from 'pg-boss';
import type { JobListener } from '../jobs/job-store.js';

const channel = 'astrogate_jobs';

/** Listens until the function returned is called. Whenever the connection was lost meanwhile, `gap` is called. */
export async function listenForJobs(boss: PgBoss, listener: JobListener): Promise<() => Promise<void>> {
  const onNotice = (payload: string) => {
    const [status, id = ''] = payload.split(' ');
    if (status === 'queued') listener.queued();
    else if (status !== 'running') listener.ended(id);
  };
  const handle = await boss.getDb().listen?.(channel, onNotice, () => listener.gap());
  if (!handle) throw new Error('the database cannot notify');
  return () => handle.close();
}
