import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { AstrogateError } from '@astrogate/proto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { collect, newKeys, sliced, sourceFrom } from '../../test-support/backups.js';
import { checkArchive, makeArchive, readMembers } from './archive.js';
import { type Caps, defaultCaps } from './caps.js';
import type { BackupKeys } from './keys.js';
import { fileMember, tableMember, vaultName } from './member-name.js';
import { isDeeperThan } from './nesting.js';
import type { Member } from './pack.js';
import { writeSealed } from './sealed-file.js';

const rows = Buffer.from('{"id":"1","key":"é"}\n{"id":"2","key":null}\n');
const picture = randomBytes(300_000);
const key = `${'ab'.repeat(16)}.upload`;

const member = (name: string, content: Buffer, count?: number): Member => ({
  name,
  bytes: content.length,
  ...(count !== undefined && { rows: count }),
  async *read() {
    yield* sliced(content);
  },
});

const good: readonly Member[] = [
  member(tableMember('solve_jobs'), rows, 2),
  member(fileMember(key), picture),
  member(vaultName, Buffer.from('snapshot of Vault')),
];

async function* of<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}

const make = (keys: BackupKeys, members: readonly Member[] = good) =>
  collect(
    makeArchive(
      { level: '0003-watching', madeAt: new Date(0), parts: ['database', 'files', 'vault'], members: of(members) },
      keys.making,
    ),
  );

let keys: BackupKeys;
let bytes: Buffer;
beforeAll(async () => {
  keys = await newKeys();
  bytes = await make(keys);
});

const check = (archive: Buffer, caps: Partial<Caps> = {}, signal?: AbortSignal) =>
  checkArchive(sourceFrom(archive), keys.reading, { ...defaultCaps, ...caps }, signal);

describe('an archive', () => {
  test('gives back what went in, and says what it is', async () => {
    const open = sourceFrom(bytes);
    const checked = await check(bytes);
    expect(checked.envelope.bytes).toBe(bytes.length);
    expect(checked.manifest).toMatchObject({
      format: 1,
      level: '0003-watching',
      parts: ['database', 'files', 'vault'],
    });
    const found: [unknown, Buffer][] = [];
    for await (const { name, content } of readMembers(open, checked, keys.reading, defaultCaps))
      found.push([name, await collect(content)]);
    expect(found).toEqual([
      [{ part: 'database', table: 'solve_jobs' }, rows],
      [{ part: 'files', key }, picture],
      [{ part: 'vault' }, Buffer.from('snapshot of Vault')],
    ]);
  });

  test('may be passed over in part', async () => {
    const names: unknown[] = [];
    for await (const { name } of readMembers(sourceFrom(bytes), await check(bytes), keys.reading, defaultCaps))
      names.push(name.part);
    expect(names).toEqual(['database', 'files', 'vault']);
  });

  test('is the same whatever the pieces in which it arrives', async () => {
    for (const size of [1000, 7777, bytes.length]) {
      const open = async () => Readable.from(sliced(bytes, size), { objectMode: false });
      expect((await checkArchive(open, keys.reading, defaultCaps)).manifest.members).toHaveLength(3);
    }
    const byByte = async () => Readable.from(sliced(bytes.subarray(0, 3000), 1), { objectMode: false });
    await expect(checkArchive(byByte, keys.reading, defaultCaps)).rejects.toThrow('signature is wrong');
  });

  test('holds nothing in clear', () => {
    expect(bytes.includes('solve_jobs')).toBe(false);
    expect(bytes.includes('snapshot of Vault')).toBe(false);
  });

  test('opens for an operator whose public recipient was given', async () => {
    const operator = await newKeys();
    const making = { ...keys.making, recipients: [...keys.making.recipients, ...operator.making.recipients] };
    const both = await make({ ...keys, making });
    const reading = { ...keys.reading, identities: operator.reading.identities };
    expect((await checkArchive(sourceFrom(both), reading, defaultCaps)).manifest.members).toHaveLength(3);
  });

  test('of a black picture, which compresses a thousandfold, can be read again', async () => {
    const black = Buffer.alloc(24 * 1024 * 1024);
    const archive = await make(keys, [good[0] as Member, member(fileMember(key), black), good[2] as Member]);
    expect((await check(archive)).manifest.members[1]?.bytes).toBe(black.length);
  });

  test('is not made when a member has another length than it said', async () => {
    const short = { ...member(fileMember(key), picture), bytes: picture.length + 1 };
    await expect(make(keys, [good[0] as Member, short])).rejects.toMatchObject({ code: 'storage_unavailable' });
    const long = { ...member(fileMember(key), picture), bytes: picture.length - 1 };
    await expect(make(keys, [good[0] as Member, long])).rejects.toMatchObject({ code: 'storage_unavailable' });
  });

  test('that was exchanged after it was checked is noticed', async () => {
    const checked = await check(bytes);
    const other = await make(keys, [
      member(tableMember('solve_jobs'), Buffer.from('{}\n'), 1),
      good[1] as Member,
      good[2] as Member,
    ]);
    const read = async () => {
      for await (const { content } of readMembers(sourceFrom(other), checked, keys.reading, defaultCaps))
        await collect(content);
    };
    await expect(read()).rejects.toMatchObject({ code: 'backup_invalid' });
  });

  test.each<[string, Partial<Caps>]>([
    ['the file', { archiveBytes: 1000 }],
    ['what it unpacks to', { unpackedBytes: 10_000 }],
    ['the number of members', { members: 2 }],
    ['a member', { memberBytes: 1000 }],
    ['the manifest', { manifestBytes: 100 }],
  ])('is refused when %s is too large', async (_, caps) => {
    await expect(check(bytes, caps)).rejects.toMatchObject({ code: 'backup_invalid' });
  });

  test('is read no further when whoever asked has given up', async () => {
    await expect(check(bytes, {}, AbortSignal.abort(new AstrogateError('timeout')))).rejects.toMatchObject({
      code: 'timeout',
    });
  });

  test('that cannot be read for other reasons is not called invalid', async () => {
    const open = async () =>
      new Readable({
        read() {
          this.destroy(new AstrogateError('storage_unavailable'));
        },
      });
    await expect(checkArchive(open, keys.reading, defaultCaps)).rejects.toMatchObject({ code: 'storage_unavailable' });
  });
});

test('of 2,000 archives that were changed at random none is accepted, and each is refused as such', async () => {
  // xorshift32: the same changes each time.
  let state = 20_260_101;
  const random = (below: number) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
  const small = await make(keys, [good[0] as Member, member(fileMember(key), Buffer.from('small')), good[2] as Member]);
  const changes: ((copy: Buffer) => Buffer)[] = [
    (copy) => {
      copy.writeUInt8((copy.readUInt8(random(copy.length)) + 1 + random(255)) % 256, random(copy.length));
      return copy;
    },
    (copy) => {
      const at = random(copy.length);
      copy.writeUInt8(copy.readUInt8(at) ^ (1 << random(8)), at);
      return copy;
    },
    (copy) => copy.subarray(0, random(copy.length)),
    (copy) => Buffer.concat([copy, Buffer.alloc(1 + random(200), random(256))]),
    (copy) => {
      const at = random(copy.length);
      return Buffer.concat([copy.subarray(0, at), copy.subarray(at + 1 + random(100))]);
    },
    (copy) => {
      const [from, to] = [random(copy.length), random(copy.length)];
      copy.copy(copy, to, from, from + 1 + random(100));
      return copy;
    },
  ];
  const accepted: number[] = [];
  const others: unknown[] = [];
  let refused = 0;
  for (let round = 0; round < 2000; round++) {
    const changed = changes[round % changes.length]?.(Buffer.from(small)) as Buffer;
    if (changed.equals(small)) {
      refused++;
      continue;
    }
    await check(changed).then(
      () => accepted.push(round),
      (error) => {
        if (error instanceof AstrogateError && error.code === 'backup_invalid') refused++;
        else others.push(error);
      },
    );
  }
  expect(accepted).toEqual([]);
  expect(others).toEqual([]);
  expect(refused).toBe(2000);
});

test('depth counts brackets outside of strings', () => {
  const deeper = (json: string, depth: number) => isDeeperThan(Buffer.from(json), depth);
  expect(deeper('[[[]]]', 3)).toBe(false);
  expect(deeper('[[[]]]', 2)).toBe(true);
  expect(deeper('{"a":"[[[[\\"[["}', 1)).toBe(false);
  expect(deeper('[{},{},[]]', 2)).toBe(false);
});

test('a temporary file holds nothing in clear, and goes', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'astrogate-sealed-'));
  try {
    const content = Buffer.from('a secret of some length '.repeat(1000));
    const file = await writeSealed(directory, of([content.subarray(0, 100), content.subarray(100)]));
    const [name = ''] = readdirSync(directory);
    expect(readFileSync(join(directory, name)).includes('secret')).toBe(false);
    expect(await collect(file.read())).toEqual(content);
    await file.remove();
    const failing = (async function* () {
      yield content;
      throw new Error('no more');
    })();
    await expect(writeSealed(directory, failing)).rejects.toThrow('no more');
    expect(readdirSync(directory)).toEqual([]);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
