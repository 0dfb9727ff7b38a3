// Backups: made, listed, fetched, sent, verified, deleted and restored. What takes long is a job; what cannot be undone
// asks for the password again and for a typed phrase.
import { pipeline } from 'node:stream/promises';
import { AstrogateError } from '@astrogate/proto';
import type { Request, RequestHandler } from 'express';
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
import { actOf } from './audited.js';
import {
  type backupList,
  deleteFields,
  makeFields,
  restoreFields,
  toBackupView,
  tryRestoreFields,
} from './backup-fields.js';
import { bodyOf, readJson, readJsonIfAny } from './json-body.js';
import { confirmed, isDryRun, order, systemOf } from './order-job.js';

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
      const { parts, unseal_keys, keys_later } = isTry
        ? bodyOf(tryRestoreFields, request)
        : await confirmed(ctx, request, restoreFields, () => `restore ${backup.id}`);
      const params = {
        backup_id: backup.id,
        app: parts?.includes('app') ?? backup.parts.includes('database'),
        vault: parts?.includes('vault') ?? backup.parts.includes('vault'),
        keys_later: keys_later === true,
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
      await confirmed(ctx, request, deleteFields, () => `delete ${id}`);
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
