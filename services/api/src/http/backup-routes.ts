// Backups: made, listed, fetched, sent, verified, deleted and restored. What takes long is a job; what cannot be undone
// asks for the password again and for a typed phrase.
import { pipeline } from 'node:stream/promises';
import { AstrogateError } from '@astrogate/proto';
import type { Request, RequestHandler, Response } from 'express';
import type { z } from 'zod';
import { principalOf } from '../access/asker.js';
import { actorOf } from '../access/principal.js';
import { checkArchive } from '../backup/archive.js';
import { type Backup, isBackupId } from '../backup/backup.js';
import { invalid } from '../backup/invalid.js';
import { deleteBackup, sourceOf, takeBackup } from '../backup/make-backup.js';
import { needRoom } from '../backup/room.js';
import type { ApiContext } from '../context.js';
import { newId } from '../new-id.js';
import type { Gift } from '../system/plan.js';
import type { System } from '../system/system.js';
import type { NewOrder } from '../system/system-jobs.js';
import { actOf } from './audited.js';
import { proveAgain } from './auth-routes.js';
import {
  type backupList,
  deleteFields,
  type dryRunAnswer,
  makeFields,
  restoreFields,
  toBackupView,
  tryRestoreFields,
} from './backup-fields.js';
import { FieldError, quoted } from './field-error.js';
import { readOnceKey, toOnce } from './idempotency-key.js';
import { bodyOf, readJson, readJsonIfAny } from './json-body.js';
import { noteJob, requestId } from './request-id.js';
import { toSystemJobView } from './system-job-view.js';

/** Throws `storage_unavailable` where there is no database. */
export function systemOf({ system }: Pick<ApiContext, 'system'>): System {
  if (!system) throw new AstrogateError('storage_unavailable');
  return system;
}

export function listBackups(ctx: ApiContext): RequestHandler {
  return async (_request, response) => {
    const backups = (await systemOf(ctx).backups.rows.list()).map(toBackupView);
    response.set('Cache-Control', 'no-store').json({ backups } satisfies z.infer<typeof backupList>);
  };
}

export function showBackup(ctx: ApiContext): RequestHandler {
  return async (request, response) => {
    response.set('Cache-Control', 'no-store').json(toBackupView(await find(ctx, request)));
  };
}

export function createBackup(ctx: ApiContext): RequestHandler[] {
  return [
    readJsonIfAny,
    async (request, response) => {
      const { parts } = bodyOf(makeFields, request);
      const hasVault = systemOf(ctx).vault !== undefined;
      const params = {
        kind: 'manual',
        app: parts?.includes('app') ?? true,
        vault: parts?.includes('vault') ?? hasVault,
      };
      await order(ctx, request, response, { kind: 'backup', params });
    },
  ];
}

export function restoreBackup(ctx: ApiContext): RequestHandler[] {
  return [
    readJson,
    async (request, response) => {
      const backup = await find(ctx, request);
      const isTry = isDryRun(request);
      const { parts, unseal_keys } = isTry
        ? bodyOf(tryRestoreFields, request)
        : await confirmed(ctx, request, restoreFields, `restore ${backup.id}`);
      const params = {
        backup_id: backup.id,
        app: parts?.includes('app') ?? backup.parts.includes('database'),
        vault: parts?.includes('vault') ?? backup.parts.includes('vault'),
      };
      await order(ctx, request, response, { kind: 'restore', params, gift: unseal_keys && { unseal_keys } });
    },
  ];
}

/** The archive as it lies in the store: encrypted and signed. */
export function downloadBackup(ctx: ApiContext): RequestHandler {
  return async (request, response) => {
    const backup = await find(ctx, request);
    const open = await sourceOf(systemOf(ctx).backups, backup.id);
    const day = backup.madeAt.toISOString().slice(0, 10);
    response.set({
      'Cache-Control': 'no-store',
      'Content-Type': 'application/octet-stream',
      'Content-Disposition': `attachment; filename="astrogate-${day}-${backup.id}.backup"`,
      ...(backup.bytes !== undefined && { 'Content-Length': String(backup.bytes) }),
      ...(backup.sha256 !== undefined && { ETag: `"${backup.sha256}"` }),
    });
    if (request.method === 'HEAD') return void response.end();
    const archive = await open();
    try {
      await ctx.store.audit.append(actOf(request, 'backup.download', `backup:${backup.id}`));
    } catch (error) {
      archive.destroy();
      throw error;
    }
    // Whoever leaves early has what he has.
    await pipeline(archive, response).catch((err) => ctx.log.info({ err }, 'a download of a backup ended early'));
  };
}

export function uploadBackup(ctx: ApiContext): RequestHandler {
  return async (request, response) => {
    const { backups } = systemOf(ctx);
    if (!request.is('application/octet-stream'))
      throw new AstrogateError(
        'invalid_upload',
        'The body must be application/octet-stream: the backup as it was downloaded',
      );
    const length = Number(request.get('content-length') ?? Number.NaN);
    if (!(length > 0)) throw new AstrogateError('invalid_upload', 'The length of the backup must be announced');
    if (length > backups.caps.archiveBytes) throw new AstrogateError('upload_too_large');
    await needRoom(backups.directory, length);
    const id = newId();
    const archive = arriving(request, ctx.config.uploadSeconds * 1000);
    await takeBackup(backups, { id, madeBy: actorOf(principalOf(request)), archive });
    await ctx.store.audit.append(actOf(request, 'backup.upload', `backup:${id}`));
    const backup = await backups.rows.get(id);
    if (!backup) throw new AstrogateError('backup_not_found');
    response.status(201).set('Location', `/api/v1/system/backups/${id}`).json(toBackupView(backup));
  };
}

/** Left as it is when nobody wants more, so that an answer can still be sent. */
async function* arriving(request: Request, mostMs: number): AsyncGenerator<Buffer> {
  const end = performance.now() + mostMs;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      if (performance.now() > end) throw new AstrogateError('upload_timeout');
      yield chunk as Buffer;
    }
  } catch (error) {
    if (error instanceof AstrogateError || request.complete) throw error;
    throw new AstrogateError('upload_aborted', undefined, { cause: error });
  }
}

/** All of it is read again. One that is not right is no longer good. */
export function verifyBackup(ctx: ApiContext): RequestHandler {
  return async (request, response) => {
    const { backups } = systemOf(ctx);
    const { id, sha256 } = await find(ctx, request);
    const act = actOf(request, 'backup.verify', `backup:${id}`);
    const open = await sourceOf(backups, id);
    const left = new AbortController();
    response.once('close', () => left.abort(new AstrogateError('cancelled')));
    try {
      const { envelope } = await checkArchive(open, backups.keys.reading, backups.caps, left.signal);
      if (envelope.sha256 !== sha256) throw invalid('it is not the one that was made');
    } catch (error) {
      if (!['backup_invalid', 'backup_not_found'].includes(AstrogateError.from(error).code)) throw error;
      await backups.rows.isBad(id);
      await ctx.store.audit.append({ ...act, result: 'failed' });
      throw error;
    }
    await ctx.store.audit.append(act);
    response.json(toBackupView(await find(ctx, request)));
  };
}

export function removeBackup(ctx: ApiContext): RequestHandler[] {
  return [
    readJson,
    async (request, response) => {
      const { id } = await find(ctx, request);
      await confirmed(ctx, request, deleteFields, `delete ${id}`);
      await deleteBackup(systemOf(ctx).backups, id);
      await ctx.store.audit.append(actOf(request, 'backup.delete', `backup:${id}`));
      response.status(204).end();
    },
  ];
}

/** Throws `backup_not_found`. */
async function find(ctx: ApiContext, request: Request): Promise<Backup> {
  const { id } = request.params;
  const backup = typeof id === 'string' && isBackupId(id) ? await systemOf(ctx).backups.rows.get(id) : undefined;
  if (!backup) throw new AstrogateError('backup_not_found');
  return backup;
}

/** The body, from somebody who has just shown the password again and typed what he means. */
async function confirmed<S extends typeof restoreFields | typeof deleteFields>(
  ctx: ApiContext,
  request: Request,
  schema: S,
  phrase: string,
): Promise<z.output<S>> {
  const fields = bodyOf(schema, request);
  if (fields.phrase !== phrase)
    throw new FieldError([{ field: 'phrase', value: quoted(fields.phrase), allowed: `"${phrase}"` }]);
  const { password, code } = fields;
  await proveAgain(ctx.accounts, request, { password, code });
  return fields;
}

/** Throws FieldError. */
export function isDryRun(request: Request): boolean {
  const given = new URL(request.url, 'http://localhost').searchParams.get('dry_run');
  if (given === null || given === 'false') return false;
  if (given === 'true') return true;
  throw new FieldError([{ field: 'dry_run', value: quoted(given), allowed: 'true or false' }]);
}

/** Begins a job, or says what it would do. */
export async function order(
  ctx: ApiContext,
  request: Request,
  response: Response,
  {
    kind,
    params,
    gift,
  }: Pick<NewOrder, 'kind'> & { params: Record<string, string | boolean>; gift?: Gift | undefined },
): Promise<void> {
  const { jobs } = systemOf(ctx);
  const asked = {
    kind,
    params,
    actor: actorOf(principalOf(request)),
    requestId: requestId(request),
    ...(gift && { gift }),
  };
  if (isDryRun(request)) {
    const { steps, pointOfNoReturn } = await jobs.dryRun(asked);
    const answer: z.infer<typeof dryRunAnswer> = {
      ...{ dry_run: true, steps: [...steps], point_of_no_return: pointOfNoReturn ?? null },
    };
    return void response.set('Cache-Control', 'no-store').json(answer);
  }
  const onceKey = readOnceKey(ctx, request);
  const once = onceKey && toOnce(onceKey, { kind, ...params }, '');
  const { job, isNew } = await jobs.create({ ...asked, ...(once && { once }) });
  noteJob(request, job.id);
  if (!isNew) response.set('Idempotency-Replayed', 'true');
  response
    .status(202)
    .set('Location', `/api/v1/system/jobs/${job.id}`)
    .json(toSystemJobView(job, jobs.canCancel(job)));
}
