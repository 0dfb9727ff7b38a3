// The part of the OpenAPI document about backups and what restores them.
import type { ErrorCode } from '@astrogate/proto';
import {
  backupList,
  backupSchema,
  deleteFields,
  dryRunAnswer,
  makeFields,
  restoreFields,
} from '../http/backup-fields.js';
import { errorAnswers, type Json, jsonAnswer, jsonSchema } from './describe.js';

export const backupSchemas: Json = {
  Backup: jsonSchema(backupSchema),
  BackupList: jsonSchema(backupList),
  DryRun: jsonSchema(dryRunAnswer),
};

const id = { name: 'id', in: 'path', required: true, schema: { type: 'string', pattern: '^[0-9a-f]{32}$' } };
export const dryRun = {
  name: 'dry_run',
  in: 'query',
  schema: { type: 'boolean', default: false },
  description: 'true: say what the job would do, and do nothing',
};
export const onceKey = {
  name: 'Idempotency-Key',
  in: 'header',
  schema: { type: 'string', maxLength: 255 },
  description: 'The same request with the same key makes one job, for a day',
};
export const known: readonly ErrorCode[] = ['unauthenticated', 'forbidden', 'storage_unavailable'];
export const proof: readonly ErrorCode[] = ['second_factor_needed', 'account_locked', 'busy'];
export const begins: readonly ErrorCode[] = [
  'invalid_request',
  'system_job_active',
  'idempotency_mismatch',
  'draining',
  'storage_full',
  'vault_sealed',
  'vault_unavailable',
  'vault_denied',
];
export const body = (schema: Json, required: boolean) => ({ required, content: { 'application/json': { schema } } });
const archive = { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } };
export const begunJob = {
  200: jsonAnswer('With dry_run=true: what the job would do', 'DryRun'),
  202: jsonAnswer('The job; header Location says where to look', 'SystemJob'),
};

export const backupPaths: Json = {
  '/api/v1/system/backups': {
    get: {
      summary: 'All backups',
      responses: { 200: jsonAnswer('Backups', 'BackupList'), ...errorAnswers(known) },
    },
    post: {
      summary: 'Make a backup: begins an admin job',
      parameters: [dryRun, onceKey],
      requestBody: body(jsonSchema(makeFields), false),
      responses: { ...begunJob, ...errorAnswers([...known, ...begins]) },
    },
  },
  '/api/v1/system/backups/upload': {
    post: {
      summary: 'Send a backup that this server has made; it is listed as good when all of it is right',
      requestBody: { required: true, content: archive },
      responses: {
        201: jsonAnswer('It is kept', 'Backup'),
        ...errorAnswers([
          ...known,
          ...(['invalid_upload', 'upload_too_large', 'upload_aborted', 'upload_timeout'] as const),
          ...(['storage_full', 'backup_invalid'] as const),
        ]),
      },
    },
  },
  '/api/v1/system/backups/{id}': {
    get: {
      summary: 'A backup',
      parameters: [id],
      responses: { 200: jsonAnswer('The backup', 'Backup'), ...errorAnswers(['backup_not_found', ...known]) },
    },
    delete: {
      summary: 'Delete a backup; asks for the password again and for "delete ID"',
      parameters: [id],
      requestBody: body(jsonSchema(deleteFields), true),
      responses: {
        204: { description: 'It is gone' },
        ...errorAnswers(['invalid_request', 'backup_not_found', 'backup_invalid', ...proof, ...known]),
      },
    },
  },
  '/api/v1/system/backups/{id}/archive': {
    get: {
      summary: 'The backup as a file: encrypted and signed',
      parameters: [id],
      responses: {
        200: { description: 'The file', content: archive },
        ...errorAnswers(['backup_not_found', 'backup_invalid', ...known]),
      },
    },
  },
  '/api/v1/system/backups/{id}/verify': {
    post: {
      summary: 'Read all of a backup again; one that is not right is no longer good',
      parameters: [id],
      responses: {
        200: jsonAnswer('It is right', 'Backup'),
        ...errorAnswers(['backup_not_found', 'backup_invalid', ...known]),
      },
    },
  },
  '/api/v1/system/backups/{id}/restore': {
    post: {
      summary: 'Restore a backup: begins an admin job; asks for the password again and for "restore ID"',
      description:
        'Everything is verified and loaded beside what is in use, and a backup of how it was before is made first. ' +
        'Accounts are those of the backup afterwards, and everybody signs in again. A restore of Vault wants the unseal ' +
        'keys of the time of the backup: unseal_keys now, or keys_later when the job asks. They are kept in memory only.',
      parameters: [id, dryRun, onceKey],
      requestBody: body(jsonSchema(restoreFields), true),
      responses: {
        ...begunJob,
        ...errorAnswers(['backup_not_found', 'backup_invalid', ...proof, ...known, ...begins]),
      },
    },
  },
};
