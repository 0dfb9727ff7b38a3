// FakeAuditStore: an audit log in memory, for tests of what stands in front of it. It makes the same rows.
import { type AuditRow, hashOfAudit, noHash } from '@astrogate/common';
import type { AuditAct } from '../src/audit/audit.js';
import type { AuditFilter, AuditStore } from '../src/audit/audit-store.js';

export class FakeAuditStore implements AuditStore {
  readonly rows: AuditRow[] = [];
  /** Rejects as long as the database is away. */
  check: () => Promise<void> = async () => {};

  add({ requestId: request_id, detail = {}, ...act }: AuditAct): void {
    const prev = this.rows.at(-1)?.hash ?? noHash;
    const row = { ...act, seq: this.rows.length + 1, at: new Date().toISOString(), request_id, detail, prev };
    this.rows.push({ ...row, hash: hashOfAudit(row) });
  }

  async append(act: AuditAct): Promise<void> {
    await this.check();
    this.add(act);
  }

  async head() {
    await this.check();
    return this.rows.at(-1);
  }

  async hashOf(seq: number) {
    await this.check();
    return this.rows.find((row) => row.seq === seq)?.hash;
  }

  async list({ acts, actor, target, result, after, before, behind, limit }: AuditFilter) {
    await this.check();
    return this.rows
      .filter((row) => acts.length === 0 || (acts as readonly string[]).includes(row.act))
      .filter((row) => (actor ?? row.actor) === row.actor && (target ?? row.target) === row.target)
      .filter((row) => (result ?? row.result) === row.result && row.seq < (behind ?? Number.POSITIVE_INFINITY))
      .filter((row) => (!after || new Date(row.at) > after) && (!before || new Date(row.at) < before))
      .reverse()
      .slice(0, limit);
  }

  async rowsAfter(seq: number, limit: number) {
    await this.check();
    return this.rows.filter((row) => row.seq > seq).slice(0, limit);
  }
}
