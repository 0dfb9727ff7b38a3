import os from 'node:os';
import { expect, jest, test } from '@jest/globals';

test('nothing is looked up in a home directory, which the api does not have', async () => {
  // As for a user without an entry in the password file.
  const homedir = jest.spyOn(os, 'homedir').mockImplementation(() => {
    throw new Error('no home');
  });
  const { openBucket } = await import('./bucket.js');
  const bucket = openBucket({
    bucket: 'sky',
    prefix: 'uploads/',
    region: 'us-east-1',
    endpoint: 'http://127.0.0.1:1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
  });
  const nobodyThere = { code: 'storage_unavailable', cause: { message: expect.stringContaining('ECONNREFUSED') } };
  await expect(bucket.list().next()).rejects.toMatchObject(nobodyThere);
  await expect(bucket.get('x')).rejects.toMatchObject(nobodyThere);
  expect(homedir).not.toHaveBeenCalled();
  bucket.close();
});
