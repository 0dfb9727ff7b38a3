// The queue of solve jobs in pg-boss: one entry per job that has not ended. An entry waits or is taken; nothing else
// about a job stands in it. Every change is made in the transaction that changes the job's row.
import { fromKysely, type PgBoss } from 'pg-boss';
import type { Trx } from './tables.js';

const name = 'solve';
const nobody = '00000000-0000-0000-0000-000000000000';

export class SolveQueue {
  private constructor(readonly boss: PgBoss) {}

  static async open(boss: PgBoss): Promise<SolveQueue> {
    await boss.createQueue(name);
    // pg-boss looks the queue up once, on a connection of its own, which the embedded database has not got within a
    // transaction.
    await boss.findJobs(name, { id: nobody });
    return new SolveQueue(boss);
  }

  /** Lower rounds are taken first, and of one round the oldest. Nothing is taken for `afterMs` milliseconds. */
  async add(trx: Trx, { id, round, afterMs = 0 }: { id: string; round: number; afterMs?: number }): Promise<void> {
    const options = { id: toUuid(id), priority: -round, db: fromKysely(trx) };
    await this.boss.send(name, null, afterMs > 0 ? { ...options, startAfter: afterMs / 1000 } : options);
  }

  /** Takes at most `count` entries. Returns the ids of their jobs. */
  async take(trx: Trx, count: number): Promise<string[]> {
    const entries = await this.boss.fetch(name, { batchSize: count, db: fromKysely(trx) });
    return entries.map((entry) => fromUuid(entry.id));
  }

  /** Removes entries, whether they wait or are taken. */
  async remove(trx: Trx, ids: readonly string[]): Promise<void> {
    if (ids.length > 0) await this.boss.deleteJob(name, ids.map(toUuid), { db: fromKysely(trx) });
  }
}

/** Our ids are 128 bits in hex, and so are UUIDs. */
function toUuid(id: string): string {
  return id.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function fromUuid(uuid: string): string {
  return uuid.replaceAll('-', '');
}
