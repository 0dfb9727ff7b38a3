import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { backupKeysOf } from './keys.js';

const keyIds = ({ reading }: Awaited<ReturnType<typeof backupKeysOf>>) => [...reading.trusted.keys()];

test('one master key makes the same keys each time, another one others', async () => {
  const masterKey = randomBytes(32);
  const one = await backupKeysOf(masterKey);
  const again = await backupKeysOf(masterKey);
  const other = await backupKeysOf(randomBytes(32));
  expect(again.reading.identities).toEqual(one.reading.identities);
  expect(again.making.recipients).toEqual(one.making.recipients);
  expect(keyIds(again)).toEqual(keyIds(one));
  expect(other.reading.identities).not.toEqual(one.reading.identities);
  expect(keyIds(other)).not.toEqual(keyIds(one));
});

test('they have the form that age knows, and operators can open archives as well', async () => {
  const { making, reading } = await backupKeysOf(Buffer.alloc(32, 1), ['age1operator']);
  expect(reading.identities).toEqual([expect.stringMatching(/^AGE-SECRET-KEY-1[02-9AC-HJ-NP-Z]{58}$/)]);
  expect(making.recipients).toEqual([expect.stringMatching(/^age1[02-9ac-hj-np-z]{58}$/), 'age1operator']);
});
