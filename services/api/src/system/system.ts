// Admin jobs of this api with all that they work on: backups and their keys, Vault, the targets of the solvers.
import { ConfigError, type Logger } from '@astrogate/common';
import type { BackupPlace } from '../backup/backup-place.js';
import type { BackupStore } from '../backup/backup-store.js';
import { defaultCaps } from '../backup/caps.js';
import { directoryStore } from '../backup/directory-store.js';
import { isRecipient } from '../backup/encryption.js';
import { backupKeysOf } from '../backup/keys.js';
import type { BackupParts } from '../backup/make-backup.js';
import type { ApiConfig } from '../config.js';
import type { Spool } from '../spool/spool.js';
import type { Uploads } from '../spool/uploads.js';
import { backupRows } from '../storage/backup-rows.js';
import type { Database } from '../storage/database.js';
import { requeueJobs } from '../storage/requeue.js';
import { SolveQueue } from '../storage/solve-queue.js';
import { systemJobs } from '../storage/system-jobs.js';
import { createVaultClient, type VaultClient } from '../vault/vault-client.js';
import { ensureCertificate } from './certificate/first.js';
import { selfSigned } from './certificate/issuer.js';
import { startRenewal } from './certificate/renewal.js';
import { backupPlan } from './plans/backup-plan.js';
import { certificatePlan } from './plans/certificate.js';
import type { CertificateParts } from './plans/certificate-order.js';
import { resetPlan } from './plans/reset.js';
import { restorePlan } from './plans/restore-plan.js';
import { recordSystemJob } from './record-job.js';
import { startSchedule } from './schedule.js';
import { SystemJobs } from './system-jobs.js';
import type { TargetClient } from './target-client.js';

export interface System {
  readonly jobs: SystemJobs;
  readonly backups: BackupParts;
  /** Undefined: none is configured. */
  readonly vault: VaultClient | undefined;
  /** Undefined: this system looks after none. */
  readonly certificate: (CertificateParts & { readonly names: readonly string[] }) | undefined;
  /** Takes jobs that another api has left, and makes backups that are due. */
  start(): Promise<void>;
  /** Leaves what is under way to the next api. */
  close(): Promise<void>;
}

export interface SystemGiven {
  readonly config: Pick<ApiConfig, 'backups' | 'vault' | 'certificate'>;
  readonly log: Logger;
  readonly database: Database;
  readonly uploads: Uploads;
  readonly spool: Spool;
  /** 32 bytes. */
  readonly masterKey: Buffer;
  readonly targets: TargetClient;
  readonly now: () => Date;
  /** Reads again what this process remembers of tables that were exchanged, here or by another api. */
  readonly reread: () => Promise<void>;
}

/** How long another api waits for one that is silent: it may be gone, or its database busy. */
const serverLeaseMs = 30_000;
/** Nobody else can have a job of the embedded database, which answers nothing while a picture of it is taken. */
const embeddedLeaseMs = 24 * 60 * 60_000;

/** Throws ConfigError, `storage_unavailable`, and what the database says. */
export async function openSystem(given: SystemGiven): Promise<System> {
  const { config, log, database, uploads, spool, masterKey, targets, now, reread } = given;
  const wrong = config.backups.recipients.find((recipient) => !isRecipient(recipient));
  if (wrong !== undefined) throw new ConfigError(`API_BACKUP_RECIPIENTS has a recipient that is misspelt: ${wrong}`);
  const { store, close } = await openStore(config.backups);
  const backups: BackupParts = {
    ...{ database, store, uploads, caps: defaultCaps, directory: config.backups.directory },
    rows: backupRows(database.db),
    keys: await backupKeysOf(masterKey, config.backups.recipients),
  };
  const vault = config.vault && createVaultClient(config.vault);
  const queue = await SolveQueue.open(database.boss);
  const settle = requeueJobs(queue);
  const certificate = config.certificate && {
    ...{ ...config.certificate, targets, now },
    ...{ alias: 'nginx', issuer: selfSigned(now) },
  };
  if (certificate) await ensureCertificate(certificate);
  const leaseMs = database.isEmbedded ? embeddedLeaseMs : serverLeaseMs;
  const jobs = new SystemJobs({
    store: systemJobs(database, leaseMs, recordSystemJob),
    plans: {
      backup: backupPlan({ backups, vault, rule: config.backups.retention, now }),
      restore: restorePlan({ backups, vault, targets, spool, settle, reread, now }),
      reset: resetPlan({
        ...{ database, queue, uploads, backups, targets, now },
        archiveDirectory: config.backups.bucket ? undefined : config.backups.directory,
        vault: vault && { client: vault, alias: 'vault' },
      }),
      ...(certificate && { certificate: certificatePlan(certificate) }),
    },
    ...{ log, now },
    onChange: () => void reread().catch((err) => log.warn({ err }, 'a secret of the database was not read again')),
  });
  const { everyMs } = config.backups;
  let schedule: ReturnType<typeof startSchedule> | undefined;
  let renewal: ReturnType<typeof startRenewal> | undefined;
  return {
    ...{ jobs, backups, vault, certificate },
    async start() {
      await jobs.start();
      schedule = startSchedule({ jobs, rows: backups.rows, hasVault: vault !== undefined, everyMs, now, log });
      if (certificate) renewal = startRenewal({ root: certificate.root, jobs, now, log });
    },
    async close() {
      schedule?.stop();
      renewal?.stop();
      await jobs.close();
      close();
    },
  };
}

async function openStore({ directory, bucket: place }: BackupPlace): Promise<{ store: BackupStore; close(): void }> {
  // Also where archives go to a bucket: they are made here.
  const here = await directoryStore(directory).catch((error) => {
    throw new ConfigError(`API_BACKUP_DIR cannot be used (${(error.cause ?? error).code})`, { cause: error });
  });
  if (!place) return { store: here, close: () => {} };
  const [{ openBucket }, { bucketStore }] = await Promise.all([
    import('../spool/bucket.js'),
    import('../backup/bucket-store.js'),
  ]);
  const bucket = openBucket(place);
  return { store: bucketStore(bucket, directory), close: () => bucket.close() };
}
