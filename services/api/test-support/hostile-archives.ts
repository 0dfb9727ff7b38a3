// Archives that must be refused, each made from a good one. All that get past the signature are signed with the right
// key, as by somebody who has it.
import { randomBytes } from 'node:crypto';
import { constants, deflateRawSync, deflateSync } from 'node:zlib';
import { encrypt } from '../src/backup/encryption.js';
import { sealEnvelope } from '../src/backup/envelope.js';
import { fileMember, tableMember } from '../src/backup/member-name.js';
import {
  archiveOf,
  collect,
  type GoodArchive,
  manifestOf,
  manifestPiece,
  newKeys,
  type Piece,
  sealed,
  sliced,
  tarOf,
} from './backups.js';

export interface HostileArchive {
  readonly name: string;
  /** What is said of it. */
  readonly why: RegExp;
  make(good: GoodArchive): Promise<Buffer>;
}

const flipped = (bytes: Buffer, at: number): Buffer => {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] as number) ^ 0x10;
  return copy;
};

/** With other pieces, and a manifest that agrees with them. */
const agreeing = (good: GoodArchive, pieces: readonly Piece[]) =>
  archiveOf([...pieces, manifestPiece(manifestOf(good.manifest, pieces))], good.keys);

/** With one more piece, which the manifest does not know. */
const withPiece = (good: GoodArchive, piece: Piece) =>
  archiveOf([...good.pieces, piece, manifestPiece(good.manifest)], good.keys);

const withManifest = (good: GoodArchive, change: object) =>
  archiveOf([...good.pieces, manifestPiece({ ...good.manifest, ...change })], good.keys);

type Row = Record<string, unknown>;

/** With other rows in a table, and a manifest that agrees with them. */
function withRows(good: GoodArchive, table: string, change: (rows: Row[]) => readonly unknown[]): Promise<Buffer> {
  const pieces = good.pieces.map((piece) => {
    if (piece.header.name !== tableMember(table)) return piece;
    const rows = piece.content
      .toString()
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as Row);
    const lines = change(rows).map((row) => `${typeof row === 'string' ? row : JSON.stringify(row)}\n`);
    return { ...piece, content: Buffer.from(lines.join('')) };
  });
  return agreeing(good, pieces);
}

const first = (rows: Row[], change: Row): Row[] =>
  rows.map((row, index) => (index === 0 ? { ...row, ...change } : row));
const evil = Buffer.from('evil\n');

export const hostileArchives: readonly HostileArchive[] = [
  { name: 'empty', why: /too short/, make: async () => Buffer.alloc(0) },
  { name: 'random bytes', why: /not a backup/, make: async () => randomBytes(5000) },
  { name: 'a plain compressed tar', why: /not a backup/, make: async (good) => deflateSync(await tarOf(good.pieces)) },
  { name: 'another magic', why: /not a backup/, make: async ({ bytes }) => flipped(bytes, 3) },
  {
    name: 'another version of the envelope',
    why: /envelope has version/,
    make: async ({ bytes }) => flipped(bytes, 19),
  },
  { name: 'a bit flipped in the key id', why: /nobody who is trusted/, make: async ({ bytes }) => flipped(bytes, 30) },
  {
    name: 'a bit flipped in the header of age',
    why: /signature is wrong/,
    make: async ({ bytes }) => flipped(bytes, 70),
  },
  {
    name: 'a bit flipped in the body',
    why: /signature is wrong/,
    make: async ({ bytes }) => flipped(bytes, bytes.length >> 1),
  },
  {
    name: 'a bit flipped in the signature',
    why: /signature is wrong/,
    make: async ({ bytes }) => flipped(bytes, bytes.length - 5),
  },
  { name: 'cut off by one byte', why: /signature is wrong/, make: async ({ bytes }) => bytes.subarray(0, -1) },
  {
    name: 'cut off in the middle',
    why: /signature is wrong/,
    make: async ({ bytes }) => bytes.subarray(0, bytes.length / 2),
  },
  { name: 'only its header', why: /too short/, make: async ({ bytes }) => bytes.subarray(0, 60) },
  {
    name: 'bytes appended',
    why: /signature is wrong/,
    make: async ({ bytes }) => Buffer.concat([bytes, Buffer.from('more')]),
  },
  { name: 'twice in one file', why: /signature is wrong/, make: async ({ bytes }) => Buffer.concat([bytes, bytes]) },
  {
    name: 'signed by somebody else',
    why: /nobody who is trusted/,
    make: async (good) => {
      const { signer } = (await newKeys()).making;
      return archiveOf([...good.pieces, manifestPiece(good.manifest)], {
        ...good.keys,
        making: { ...good.keys.making, signer },
      });
    },
  },
  {
    name: 'signed by somebody else in our name',
    why: /signature is wrong/,
    make: async (good) => {
      const other = (await newKeys()).making.signer;
      const signer = { ...other, keyId: good.keys.making.signer.keyId };
      return archiveOf([...good.pieces, manifestPiece(good.manifest)], {
        ...good.keys,
        making: { ...good.keys.making, signer },
      });
    },
  },
  {
    name: 'encrypted for somebody else',
    why: /not encrypted for this server/,
    make: async (good) => {
      const { recipients } = (await newKeys()).making;
      return archiveOf([...good.pieces, manifestPiece(good.manifest)], {
        ...good.keys,
        making: { ...good.keys.making, recipients },
      });
    },
  },
  {
    name: 'not encrypted',
    why: /not encrypted for this server/,
    make: async (good) =>
      collect(
        sealEnvelope(
          sliced(deflateSync(await tarOf(good.pieces))) as unknown as AsyncIterable<Buffer>,
          good.keys.making.signer,
        ),
      ),
  },
  {
    name: 'encrypted, and cut off before it was signed',
    why: /not encrypted for this server/,
    make: async (good) => {
      const packed = deflateSync(await tarOf([...good.pieces, manifestPiece(good.manifest)]));
      const body = await collect(
        encrypt(sliced(packed) as unknown as AsyncIterable<Buffer>, good.keys.making.recipients),
      );
      return collect(
        sealEnvelope(sliced(body.subarray(0, -20)) as unknown as AsyncIterable<Buffer>, good.keys.making.signer),
      );
    },
  },
  {
    name: 'not compressed',
    why: /not a readable archive/,
    make: async (good) => sealed(await tarOf(good.pieces), good.keys),
  },
  {
    name: 'compressed noise',
    why: /not a readable archive/,
    make: (good) => sealed(deflateSync(randomBytes(4000)), good.keys),
  },
  {
    name: 'a tar that is cut off',
    why: /not a readable archive/,
    make: async (good) => sealed(deflateSync((await tarOf(good.pieces)).subarray(0, 3000)), good.keys),
  },
  {
    name: 'a bomb: 1 GB of zeros as a table',
    why: /unpacks to far more/,
    make: async (good) => {
      const header = (
        await tarOf([{ header: { name: tableMember('solve_jobs') }, content: Buffer.alloc(0) }])
      ).subarray(0, 512);
      const size = Buffer.from((2 ** 30).toString(8).padStart(11, '0'));
      size.copy(header, 124);
      header.fill(' ', 148, 156);
      Buffer.from(
        `${header
          .reduce((sum, byte) => sum + byte, 0)
          .toString(8)
          .padStart(6, '0')}\0 `,
      ).copy(header, 148);
      // Blocks that end at a byte can follow each other.
      const open = { finishFlush: constants.Z_SYNC_FLUSH };
      const zeros = deflateRawSync(Buffer.alloc(64 * 1024 * 1024), { level: 9, ...open });
      return sealed(Buffer.concat([deflateSync(header, open), ...Array.from({ length: 16 }, () => zeros)]), good.keys);
    },
  },
  {
    name: 'a bomb of headers: a name of 100 MB',
    why: /headers are too long|unpacks to far more/,
    make: async (good) => {
      const name = `files/${randomBytes(12 * 1024 * 1024).toString('hex')}`;
      return withPiece(good, { header: { name, pax: { path: name } } as Piece['header'], content: evil });
    },
  },
  {
    name: '../ in a name',
    why: /member that is not allowed/,
    make: (good) => withPiece(good, { header: { name: '../evil' }, content: evil }),
  },
  {
    name: '../ behind an allowed folder',
    why: /member that is not allowed/,
    make: (good) => withPiece(good, { header: { name: 'files/../../evil' }, content: evil }),
  },
  {
    name: 'an absolute name',
    why: /member that is not allowed/,
    make: (good) => withPiece(good, { header: { name: '/etc/cron.d/evil' }, content: evil }),
  },
  {
    name: 'a name in an extended header',
    why: /member that is not allowed/,
    make: (good) =>
      withPiece(good, {
        header: { name: fileMember('0'.repeat(32)), pax: { path: '/etc/evil' } } as Piece['header'],
        content: evil,
      }),
  },
  {
    name: 'a table in the manifest that is not backed up',
    why: /not allowed/,
    make: (good) =>
      agreeing(good, [
        ...good.pieces,
        { header: { name: 'database/system_jobs.ndjson' }, content: Buffer.from('{}\n') },
      ]),
  },
  ...(['symlink', 'link', 'directory', 'character-device', 'block-device', 'fifo'] as const).map((type) => ({
    name: `a member that is a ${type}`,
    why: /not a file/,
    make: (good: GoodArchive) =>
      withPiece(good, {
        header: { name: `files/${'0'.repeat(32)}.upload`, type, linkname: '/etc/passwd', size: 0 },
        content: Buffer.alloc(0),
      }),
  })),
  {
    name: 'a member twice',
    why: /twice/,
    make: (good) => withPiece(good, good.pieces[0] as Piece),
  },
  {
    name: 'a member twice in the manifest',
    why: /twice/,
    make: (good) => withManifest(good, { members: [...good.manifest.members, good.manifest.members[0]] }),
  },
  {
    name: 'a member that its manifest does not know',
    why: /not in its manifest/,
    make: (good) => withPiece(good, { header: { name: fileMember(`${'0'.repeat(32)}.upload`) }, content: evil }),
  },
  {
    name: 'a member less than its manifest says',
    why: /missing/,
    make: (good) => archiveOf([...good.pieces.slice(1), manifestPiece(good.manifest)], good.keys),
  },
  { name: 'no manifest', why: /no manifest/, make: (good) => archiveOf(good.pieces, good.keys) },
  {
    name: 'two manifests',
    why: /twice|after its manifest/,
    make: (good) => archiveOf([...good.pieces, manifestPiece(good.manifest), manifestPiece(good.manifest)], good.keys),
  },
  {
    name: 'its manifest first',
    why: /after its manifest/,
    make: (good) => archiveOf([manifestPiece(good.manifest), ...good.pieces], good.keys),
  },
  {
    name: 'a wrong hash',
    why: /not what its manifest says/,
    make: (good) =>
      withManifest(good, { members: good.manifest.members.map((member) => ({ ...member, sha256: '0'.repeat(64) })) }),
  },
  {
    name: 'a wrong size',
    why: /not what its manifest says/,
    make: (good) =>
      withManifest(good, { members: good.manifest.members.map((member) => ({ ...member, bytes: member.bytes + 1 })) }),
  },
  {
    name: 'a wrong number of rows',
    why: /as many rows/,
    make: (good) =>
      withManifest(good, {
        members: good.manifest.members.map((member) =>
          member.rows === undefined ? member : { ...member, rows: member.rows + 1 },
        ),
      }),
  },
  {
    name: 'a manifest of 9 MB',
    why: /too large/,
    make: (good) => withManifest(good, { app: 'x'.repeat(9 * 1024 * 1024) }),
  },
  {
    name: 'a manifest that is nested 100,000 deep',
    why: /nested too deeply/,
    make: (good) =>
      archiveOf(
        [...good.pieces, { ...manifestPiece({}), content: Buffer.from('['.repeat(100_000) + ']'.repeat(100_000)) }],
        good.keys,
      ),
  },
  {
    name: 'a manifest that is no JSON',
    why: /not JSON/,
    make: (good) => archiveOf([...good.pieces, { ...manifestPiece({}), content: evil }], good.keys),
  },
  { name: 'a newer format', why: /has format 2/, make: (good) => withManifest(good, { format: 2 }) },
  { name: 'a field more in the manifest', why: /manifest is wrong/, make: (good) => withManifest(good, { run: 'me' }) },
  {
    name: 'tables of a newer version',
    why: /newer version/,
    make: (good) => withManifest(good, { level: '9999-later' }),
  },
  {
    name: 'a table of a later version than it says',
    why: /no table of its version/,
    make: (good) => withManifest(good, { level: '0001-jobs' }),
  },
  {
    name: 'a part without members',
    why: /is empty/,
    make: (good) => withManifest(good, { parts: [...good.manifest.parts, 'vault'] }),
  },
  {
    name: 'members of a part that it does not name',
    why: /does not name the part/,
    make: (good) => withManifest(good, { parts: ['files'] }),
  },
  {
    name: 'a table less',
    why: /is missing/,
    make: (good) =>
      agreeing(
        good,
        good.pieces.filter(({ header }) => header.name !== tableMember('job_events')),
      ),
  },
  {
    name: 'an unknown column',
    why: /column that is not known/,
    make: (good) => withRows(good, 'solve_jobs', (rows) => first(rows, { is_admin: true })),
  },
  {
    name: 'a column less',
    why: /has no status/,
    make: (good) => withRows(good, 'solve_jobs', (rows) => rows.map(({ status: _, ...row }) => row)),
  },
  {
    name: 'a text for a number',
    why: /something else than integer/,
    make: (good) => withRows(good, 'solve_jobs', (rows) => first(rows, { attempt: 'one' })),
  },
  {
    name: 'an object for a text',
    why: /something else than text/,
    make: (good) => withRows(good, 'solve_jobs', (rows) => first(rows, { caller_key: { a: 1 } })),
  },
  {
    name: 'a time that is none',
    why: /do not fit/,
    make: (good) => withRows(good, 'solve_jobs', (rows) => first(rows, { created_at: 'yesterday, maybe' })),
  },
  {
    name: 'a number that is too large',
    why: /do not fit/,
    make: (good) => withRows(good, 'solve_jobs', (rows) => first(rows, { attempt: 2 ** 40 })),
  },
  {
    name: 'nothing where there must be something',
    why: /do not fit/,
    make: (good) => withRows(good, 'solve_jobs', (rows) => first(rows, { status: null })),
  },
  {
    name: 'a character that the database cannot hold',
    why: /do not fit/,
    make: (good) => withRows(good, 'solve_jobs', (rows) => first(rows, { caller_key: 'a\0b' })),
  },
  {
    name: 'an event of a job that is not there',
    why: /do not fit.*job_events_job_id_fkey/,
    make: (good) => withRows(good, 'job_events', (rows) => first(rows, { job_id: 'nobody' })),
  },
  {
    name: 'a row twice',
    why: /do not fit.*solve_jobs_pkey/,
    make: (good) => withRows(good, 'solve_jobs', (rows) => [...rows, rows[0]]),
  },
  {
    name: 'a row that breaks a rule of its table',
    why: /do not fit.*webhook_deliveries_wiped/,
    make: (good) =>
      withRows(good, 'webhook_deliveries', (rows) => first(rows, { state: 'delivered', url: 'http://x' })),
  },
  {
    name: 'a row that is nested 100,000 deep',
    why: /nested too deeply/,
    make: (good) => withRows(good, 'solve_jobs', () => ['['.repeat(100_000) + ']'.repeat(100_000)]),
  },
  {
    name: 'a row of 17 MB',
    why: /too large/,
    make: (good) => withRows(good, 'solve_jobs', () => [randomBytes(17 * 512 * 1024).toString('hex')]),
  },
  {
    name: 'statements instead of rows',
    why: /not JSON/,
    make: (good) => withRows(good, 'solve_jobs', () => ['drop table solve_jobs;', '\\! touch /tmp/evil']),
  },
  {
    name: 'a list instead of a row',
    why: /not an object/,
    make: (good) => withRows(good, 'solve_jobs', () => [[1, 2]]),
  },
  {
    name: 'a row that is cut off',
    why: /cut off/,
    make: (good) => {
      const pieces = good.pieces.map((piece) =>
        piece.header.name === tableMember('solve_jobs') ? { ...piece, content: piece.content.subarray(0, -1) } : piece,
      );
      return agreeing(good, pieces);
    },
  },
];
