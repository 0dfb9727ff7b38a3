// Archives as a whole: made, checked, and read again after they were checked.
import { createHash } from 'node:crypto';
import { version } from '../version.js';
import type { BackupPart } from './backup.js';
import type { Caps } from './caps.js';
import { decrypt, encrypt } from './encryption.js';
import { type ArchiveSource, bodyOf, checkEnvelope, type Envelope, sealEnvelope } from './envelope.js';
import { invalid } from './invalid.js';
import { formatVersion, type Manifest, parseManifest } from './manifest.js';
import { type MemberName, manifestName, parseMemberName } from './member-name.js';
import { type Member, packMembers } from './pack.js';
import type { Signer, TrustedKeys } from './signer.js';
import { unpackMembers } from './unpack.js';

export interface MakingKeys {
  readonly signer: Signer;
  /** Our own, and those of operators who want to open archives when this server is gone. */
  readonly recipients: readonly string[];
}

export interface ReadingKeys {
  readonly trusted: TrustedKeys;
  /** Secret. */
  readonly identities: readonly string[];
}

export interface ArchiveContent {
  /** The last migration of the tables in it. */
  readonly level: string;
  readonly madeAt: Date;
  readonly parts: readonly BackupPart[];
  /** Tables, then files, then Vault's snapshot. */
  readonly members: AsyncIterable<Member>;
}

/** An archive, chunk by chunk. Throws what its members throw. */
export function makeArchive(
  { level, madeAt, parts, members }: ArchiveContent,
  keys: MakingKeys,
): AsyncGenerator<Buffer> {
  const about: Omit<Manifest, 'members'> = {
    format: formatVersion,
    app: version,
    level,
    made_at: madeAt.toISOString(),
    parts: [...parts],
  };
  return sealEnvelope(encrypt(packMembers(members, about), keys.recipients), keys.signer);
}

export interface CheckedArchive {
  readonly envelope: Envelope;
  readonly manifest: Manifest;
}

/**
 * Reads all of it twice: for the signature, and for what is in it against the manifest. Throws `backup_invalid` for
 * anything that is not right, what `open` throws, and `signal`'s reason.
 */
export async function checkArchive(
  open: ArchiveSource,
  keys: ReadingKeys,
  caps: Caps,
  signal?: AbortSignal,
): Promise<CheckedArchive> {
  const envelope = await checkEnvelope(open, keys.trusted, { ...caps, ...(signal && { signal }) });
  const found = new Map<string, Measured>();
  let json: Buffer | undefined;
  for await (const { name, bytes, content } of plainMembers(open, envelope, keys, caps, signal)) {
    if (name === manifestName) json = await collect(content, bytes);
    else found.set(name, await measure(content));
  }
  if (!json) throw invalid('it has no manifest');
  const manifest = parseManifest(json, caps);
  checkAgainst(manifest, found);
  return { envelope, manifest };
}

export interface ArchiveMember {
  readonly name: MemberName;
  readonly bytes: number;
  readonly content: AsyncIterable<Buffer>;
}

/**
 * The members of an archive that was checked, without the manifest. Throws `backup_invalid` when it is no longer the one
 * that was checked: what has been done with its members until then must be undone.
 */
export async function* readMembers(
  open: ArchiveSource,
  { envelope }: CheckedArchive,
  keys: ReadingKeys,
  caps: Caps,
  signal?: AbortSignal,
): AsyncGenerator<ArchiveMember> {
  for await (const { name, bytes, content } of plainMembers(open, envelope, keys, caps, signal)) {
    const parsed = parseMemberName(name);
    if (parsed) yield { name: parsed, bytes, content };
  }
}

function plainMembers(open: ArchiveSource, envelope: Envelope, keys: ReadingKeys, caps: Caps, signal?: AbortSignal) {
  return unpackMembers(decrypt(bodyOf(open, envelope, signal), keys.identities), caps);
}

interface Measured {
  readonly bytes: number;
  readonly sha256: string;
  readonly rows: number;
}

const newline = 0x0a;

async function measure(content: AsyncIterable<Buffer>): Promise<Measured> {
  const hash = createHash('sha256');
  let [bytes, rows] = [0, 0];
  for await (const chunk of content) {
    hash.update(chunk);
    bytes += chunk.length;
    for (let at = chunk.indexOf(newline); at >= 0; at = chunk.indexOf(newline, at + 1)) rows++;
  }
  return { bytes, sha256: hash.digest('hex'), rows };
}

async function collect(content: AsyncIterable<Buffer>, bytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks, bytes);
}

function checkAgainst({ members }: Manifest, found: ReadonlyMap<string, Measured>): void {
  const listed = new Set(members.map(({ name }) => name));
  const extra = [...found.keys()].find((name) => !listed.has(name));
  if (extra !== undefined) throw invalid(`${extra} is not in its manifest`);
  for (const { name, bytes, sha256, rows } of members) {
    const measured = found.get(name);
    if (!measured) throw invalid(`${name} is missing`);
    if (measured.bytes !== bytes || measured.sha256 !== sha256) throw invalid(`${name} is not what its manifest says`);
    if (rows !== undefined && measured.rows !== rows)
      throw invalid(`${name} has not as many rows as its manifest says`);
  }
}
