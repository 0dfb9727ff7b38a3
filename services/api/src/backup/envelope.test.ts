import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { newKeys } from '../../test-support/backups.js';
import { sealEnvelope, signedByKnown } from './envelope.js';

async function* endless(): AsyncGenerator<Buffer> {
  for (;;) yield randomBytes(1000);
}

test('what somebody else has signed is not read beyond its header, however long it is', async () => {
  const [ours, theirs] = [await newKeys(), await newKeys()];
  const arriving = signedByKnown(sealEnvelope(endless(), theirs.making.signer), ours.reading.trusted, 2 ** 40);
  await expect(arriving.next()).rejects.toMatchObject({ code: 'backup_invalid' });
  const own = signedByKnown(sealEnvelope(endless(), ours.making.signer), ours.reading.trusted, 2 ** 40);
  for (let chunks = 0; chunks < 3; chunks++) expect((await own.next()).done).toBe(false);
});

test('what does not begin as a backup does is not read, either', async () => {
  const { trusted } = (await newKeys()).reading;
  await expect(signedByKnown(endless(), trusted, 2 ** 40).next()).rejects.toMatchObject({ code: 'backup_invalid' });
});
