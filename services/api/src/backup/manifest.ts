// What an archive says about itself. Pure.
import { z } from 'zod';
import { type BackupPart, backupParts } from './backup.js';
import type { Caps } from './caps.js';
import { invalid } from './invalid.js';
import { parseMemberName } from './member-name.js';
import { isDeeperThan } from './nesting.js';

/** Changes when an older program could not read what a newer one writes. */
export const formatVersion = 1;

const count = z.number().int().nonnegative().safe();

const memberSchema = z.strictObject({
  name: z.string().max(100),
  bytes: count,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  rows: count.optional(),
});

const manifestSchema = z.strictObject({
  format: z.literal(formatVersion),
  app: z.string().max(64),
  /** The last migration of the tables that are in it. */
  level: z.string().regex(/^\d{4}-[a-z0-9-]{1,60}$/),
  made_at: z.iso.datetime(),
  parts: z.array(z.enum(backupParts)).min(1).max(backupParts.length),
  members: z.array(memberSchema),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type ManifestMember = Manifest['members'][number];

/** Throws `backup_invalid`. */
export function parseManifest(json: Buffer, caps: Caps): Manifest {
  if (json.length > caps.manifestBytes) throw invalid('its manifest is too large');
  // The manifest, its list, a member.
  if (isDeeperThan(json, 3)) throw invalid('its manifest is nested too deeply');
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch {
    throw invalid('its manifest is not JSON');
  }
  const format = (value as { format?: unknown } | null)?.format;
  if (Number.isInteger(format) && format !== formatVersion)
    throw invalid(`it has format ${format}, and this version reads ${formatVersion}`);
  const parsed = manifestSchema.safeParse(value);
  if (!parsed.success) throw invalid(`its manifest is wrong at "${parsed.error.issues[0]?.path.join('.')}"`);
  checkMembers(parsed.data);
  return parsed.data;
}

function checkMembers({ parts, members }: Manifest): void {
  if (new Set(parts).size !== parts.length) throw invalid('its manifest names a part twice');
  const names = new Set<string>();
  const found = new Set<BackupPart>();
  for (const { name, rows } of members) {
    const parsed = parseMemberName(name);
    if (!parsed) throw invalid('its manifest names a member that is not allowed');
    if (names.has(name)) throw invalid(`its manifest names ${name} twice`);
    if ((rows !== undefined) !== (parsed.part === 'database')) throw invalid(`its manifest is wrong about ${name}`);
    names.add(name);
    found.add(parsed.part);
  }
  // There may be no uploads.
  const missing = parts.find((part) => part !== 'files' && !found.has(part));
  if (missing !== undefined) throw invalid(`its part "${missing}" is empty`);
  const extra = [...found].find((part) => !parts.includes(part));
  if (extra !== undefined) throw invalid(`its manifest does not name the part "${extra}"`);
}
