// Refusals in the audit log: who was not known, may not, or asked too often. Whoever is refused all the time is told of
// a few times only, so that nobody can fill the log.
import type { Logger } from '@astrogate/common';
import { ProcessLimits } from '../limits/process-limits.js';
import type { AuditAct } from './audit.js';
import type { AuditStore } from './audit-store.js';

/** Of one asker: the first ones, then one a minute. */
const perAsker = { count: 10, seconds: 600 };
/** Of everybody together, in one process: at most some hundred thousand rows a day, about 50 MB. */
const ofAll = { count: 600, seconds: 600 };

interface RefusalParts {
  readonly audit: Pick<AuditStore, 'append'>;
  readonly log: Logger;
  readonly limits?: ProcessLimits;
}

export class Refusals {
  readonly #limits: ProcessLimits;
  /** Since the last row that told how many. */
  #untold = 0;

  constructor(readonly parts: RefusalParts) {
    this.#limits = parts.limits ?? new ProcessLimits();
  }

  /**
   * `asker`: the network and the account that asked, as one text. Never rejects: a refusal stands, whether it can be
   * recorded or not.
   */
  async record(act: AuditAct, asker: string): Promise<void> {
    const isTold = this.#limits.take(`asker ${asker}`, perAsker).isAllowed && this.#limits.take('all', ofAll).isAllowed;
    if (!isTold) {
      this.#untold += 1;
      return;
    }
    const untold = this.#untold;
    this.#untold = 0;
    const detail = { ...act.detail, ...(untold > 0 && { untold_before: untold }) };
    await this.parts.audit.append({ ...act, detail }).catch((err) => {
      this.#untold += untold + 1;
      this.parts.log.warn({ err, requestId: act.requestId }, 'a refusal is not in the audit log');
    });
  }
}
