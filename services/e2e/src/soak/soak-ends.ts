// How often an end was recorded for each job, as the database saw it: deleting a job does not delete that.
import { openDatabase } from '@astrogate/api';
import { createLogger } from '@astrogate/common';

const log = createLogger('soak', 'silent');

/** Makes the database copy every end, from now on, to a table of the soak's own. */
export async function noteEnds(url: string): Promise<void> {
  await query(
    url,
    `
    create table soak_ends (job_id text not null);
    create function soak_note() returns trigger language plpgsql as $$
      begin insert into soak_ends values (new.job_id); return null; end $$;
    create trigger soak_note after insert on job_events for each row
      when (new.status not in ('queued', 'running')) execute function soak_note()`,
  );
}

export async function readEnds(url: string): Promise<ReadonlyMap<string, number>> {
  const rows = await query(url, 'select job_id, count(*)::int as ends from soak_ends group by job_id');
  return new Map((rows as { job_id: string; ends: number }[]).map(({ job_id, ends }) => [job_id, ends]));
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const database = await openDatabase({ url }, log);
  try {
    return (await database.boss.getDb().executeSql(sql)).rows;
  } finally {
    await database.close();
  }
}
