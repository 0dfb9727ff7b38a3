// When a certificate that Astrogate has issued is replaced by the next one. One that was uploaded only its owner can renew.
import type { Logger } from '@astrogate/common';
import { AstrogateError } from '@astrogate/proto';
import { newId } from '../../new-id.js';
import type { SystemJobs } from '../system-jobs.js';
import { readLeaf } from './read-pair.js';
import { currentVersion, readVersion } from './versions.js';

const dayMs = 86_400_000;

interface Life {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** Days until it expires; negative: since it has. */
export const daysLeft = ({ notAfter }: Pick<Life, 'notAfter'>, now: Date): number =>
  (notAfter.getTime() - now.getTime()) / dayMs;

/**
 * Whether it is time: fewer than `thresholdDays` are left. Of a short life only the last third counts, or it would be
 * renewed on the day it was made. Pure.
 */
export function isRenewalDue(life: Life, now: Date, thresholdDays: number): boolean {
  const lifeDays = (life.notAfter.getTime() - life.notBefore.getTime()) / dayMs;
  return daysLeft(life, now) < Math.min(thresholdDays, lifeDays / 3);
}

interface Parts {
  readonly root: string;
  readonly jobs: Pick<SystemJobs, 'create'>;
  readonly thresholdDays: number;
  readonly now: () => Date;
  readonly log: Logger;
}

/**
 * Begins a certificate job when the certificate in use was issued here and is due; says so when an uploaded one is. For a
 * timer of the api, some times a day: of several apis that ask, one begins it. Never throws.
 */
export async function renewWhenDue({ root, jobs, thresholdDays, now, log }: Parts): Promise<void> {
  try {
    const version = await currentVersion(root);
    if (version === undefined) return;
    const { chain, about } = await readVersion(root, version);
    const leaf = readLeaf(chain);
    if (!isRenewalDue(leaf, now(), thresholdDays)) return;
    if (about.from === 'upload') {
      log.warn(
        { serial: leaf.serial, notAfter: leaf.notAfter },
        'the system certificate expires soon: upload the next',
      );
      return;
    }
    const params = { from: 'issue', names: about.names, restart: false, by_hand: false } as const;
    await jobs.create({ kind: 'certificate', params, actor: 'system', requestId: newId() });
  } catch (err) {
    if (err instanceof AstrogateError && err.code === 'system_job_active') return;
    log.warn({ err }, 'the system certificate was not renewed');
  }
}

/** What is issued here is valid for 90 days: two months of them are used. */
const thresholdDays = 30;
const lookEveryMs = 6 * 60 * 60_000;

/** Looks now, and four times a day. */
export function startRenewal(parts: Omit<Parts, 'thresholdDays'>): { stop: () => void } {
  const look = () => void renewWhenDue({ ...parts, thresholdDays });
  const timer = setInterval(look, lookEveryMs).unref();
  look();
  return { stop: () => clearInterval(timer) };
}
