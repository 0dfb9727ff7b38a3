// Where backups go, how often one is made and how long they are kept: the variables, and what is made of them.
import { join } from 'node:path';
import { integer, list, text, type Values } from '@astrogate/common';
import { type BucketPlace, bucketPattern, toBucketPlace } from '../spool/bucket-place.js';
import type { RetentionRule } from './retention.js';

const pathOrNone = /^(?:\/.*)?$/;
/** Of X25519: Bech32 of 32 bytes. */
const recipientPattern = /^age1[02-9ac-hj-np-z]{58}$/;

export const backupVariables = {
  API_BACKUP_DIR: text({
    default: '',
    pattern: pathOrNone,
    range: 'absolute path, or empty',
    doc: 'directory for backups and their temporary files, shared by all apis on one database; empty: backups in API_STATE_DIR, or else in API_SPOOL_DIR',
  }),
  API_BACKUP_BUCKET: text({
    default: '',
    pattern: bucketPattern,
    range: 'bucket or bucket/folder, or empty',
    doc: 'S3 bucket for backups, with API_S3_ENDPOINT, API_S3_REGION and API_S3_CREDENTIALS_FILE; empty: they stay in API_BACKUP_DIR',
  }),
  API_BACKUP_HOURS: integer({
    min: 0,
    max: 8760,
    default: '0',
    doc: 'a backup is made when the last one is so old, hours; 0: only when somebody asks for one',
  }),
  API_BACKUP_KEEP: integer({
    min: 1,
    max: 1000,
    default: '5',
    doc: 'so many of the newest backups are kept, whatever their age',
  }),
  API_BACKUP_DAYS: integer({
    min: 0,
    max: 3650,
    default: '0',
    doc: 'younger backups are kept, whatever their number, days',
  }),
  API_BACKUP_RECIPIENTS: list({
    default: '',
    pattern: recipientPattern,
    range: 'comma-separated age recipients, age1…',
    doc: 'public keys of operators who can open backups as well, with age, when this server is gone',
  }),
};

export interface BackupPlace {
  /** Archives, and temporary files beside them. */
  readonly directory: string;
  /** Undefined: archives stay in the directory. */
  readonly bucket: BucketPlace | undefined;
  /** 0: none is made by itself. */
  readonly everyMs: number;
  readonly retention: RetentionRule;
  /** Of age. */
  readonly recipients: readonly string[];
}

type Given = Values<typeof backupVariables> & { readonly API_STATE_DIR: string; readonly API_SPOOL_DIR: string };

/** `server`: that of the buckets. Throws ConfigError. */
export function toBackupPlace(values: Given, server: Omit<Parameters<typeof toBucketPlace>[0], 'bucket'>): BackupPlace {
  const { API_BACKUP_DIR: given, API_STATE_DIR: stateDir, API_SPOOL_DIR: spoolDir } = values;
  return {
    directory: given === '' ? join(stateDir === '' ? spoolDir : stateDir, 'backups') : given,
    bucket: toBucketPlace({ bucket: values.API_BACKUP_BUCKET, ...server }, 'backups'),
    everyMs: values.API_BACKUP_HOURS * 3_600_000,
    retention: { newest: values.API_BACKUP_KEEP, days: values.API_BACKUP_DAYS },
    recipients: values.API_BACKUP_RECIPIENTS,
  };
}
