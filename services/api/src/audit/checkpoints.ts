// Writes signed checkpoints of the audit log to the service's own log, where whoever can change the table cannot change
// them; and looks whether the last one still holds.
import type { KeyObject } from 'node:crypto';
import { type AuditHead, type Logger, loudly, signCheckpoint } from '@astrogate/common';
import type { AuditStore } from './audit-store.js';

/** A checkpoint is due after so many rows, or when there are new ones and so long has gone by. */
const mostRows = 500;
const longestMs = 5 * 60_000;
const lookEveryMs = 10_000;

interface CheckpointParts {
  readonly audit: Pick<AuditStore, 'head' | 'hashOf'>;
  readonly key: KeyObject;
  readonly log: Logger;
  readonly now: () => Date;
}

export class Checkpoints {
  #last: (AuditHead & { readonly at: number }) | undefined;

  constructor(readonly parts: CheckpointParts) {}

  /** `isLast`: whatever is new gets its checkpoint now. Throws `storage_unavailable`. */
  async look(isLast = false): Promise<void> {
    const head = await this.parts.audit.head();
    await this.#compare(head);
    if (!head || head.seq <= (this.#last?.seq ?? 0)) return;
    const now = this.parts.now();
    const isDue = !this.#last || head.seq - this.#last.seq >= mostRows || now.getTime() - this.#last.at >= longestMs;
    if (!isDue && !isLast) return;
    write(this.parts.log, { auditCheckpoint: signCheckpoint(head, now, this.parts.key) });
    this.#last = { ...head, at: now.getTime() };
  }

  /** What was there at the last checkpoint must be there still. */
  async #compare(head: AuditHead | undefined): Promise<void> {
    const last = this.#last;
    if (!last) return;
    const hash = (head?.seq ?? 0) < last.seq ? undefined : await this.parts.audit.hashOf(last.seq);
    if (hash !== last.hash)
      this.parts.log.error({ seq: last.seq, rows: head?.seq ?? 0 }, 'the audit log was tampered with');
  }
}

/** Also where less than a warning is not logged: a checkpoint that is not written down is none. */
function write(log: Logger, line: object): void {
  loudly(log).info(line, 'audit checkpoint');
}

/** Looks now and from time to time until `stop` is called, which looks a last time. */
export function startCheckpoints(parts: CheckpointParts): { stop: () => Promise<void> } {
  const checkpoints = new Checkpoints(parts);
  const look = async (isLast?: boolean) => {
    try {
      await checkpoints.look(isLast);
    } catch (err) {
      parts.log.warn({ err }, 'no checkpoint of the audit log');
    }
  };
  let looking = look();
  const timer = setInterval(() => {
    looking = looking.then(() => look());
  }, lookEveryMs).unref();
  return {
    async stop() {
      clearInterval(timer);
      await looking;
      await look(true);
    },
  };
}
