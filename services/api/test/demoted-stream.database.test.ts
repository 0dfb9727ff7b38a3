// A stream that was opened as admin, of somebody else's job, ends when its reader is no admin any more. The api looks
// every 15 seconds; here what it does every so often it does every 20 ms.
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { databaseKinds, type TestDatabase } from '../test-support/databases.js';
import { hold } from '../test-support/fake-solver-client.js';
import { addPerson, ask, beginFor, startReplica } from '../test-support/people.js';
import { form } from '../test-support/pictures.js';
import { until } from '../test-support/running-api.js';

let home: TestDatabase;
let api: Awaited<ReturnType<typeof startReplica>>;
let rootToken: string;

beforeAll(async () => {
  home = await (databaseKinds[0] as (typeof databaseKinds)[number]).start();
  api = await startReplica(home);
  api.solver.script = hold;
  rootToken = (await beginFor(api, await addPerson(api.database.db, 'admin', { isSuperuser: true }))).access;
});
afterAll(async () => {
  await api?.[Symbol.asyncDispose]();
  await home?.end();
});

async function jobOf(bearer: string): Promise<string> {
  const headers = { authorization: `Bearer ${bearer}` };
  const response = await fetch(`${api.url}/api/v1/solves`, { method: 'POST', body: form(), headers });
  expect(response.status).toBe(202);
  return ((await response.json()) as { id: string }).id;
}

/** Opens the stream and resolves when its first event is here. `text` is what has come so far. */
async function follow(id: string, bearer: string): Promise<{ text: string; hasEnded: boolean }> {
  const every = globalThis.setInterval;
  const sooner = jest
    .spyOn(globalThis, 'setInterval')
    .mockImplementation(((act: () => void) => every(act, 20)) as typeof setInterval);
  try {
    const headers = { authorization: `Bearer ${bearer}` };
    const response = await fetch(`${api.url}/api/v1/solves/${id}/events`, { headers });
    expect(response.status).toBe(200);
    const reader = (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
    const followed = { text: '', hasEnded: false };
    const read = async () => {
      const { done, value = '' } = await reader.read();
      followed.text += value;
      followed.hasEnded = done;
    };
    while (!followed.text.includes('event: ')) await read();
    void (async () => {
      while (!followed.hasEnded) await read();
    })();
    return followed;
  } finally {
    sooner.mockRestore();
  }
}

test.each([
  ['demoted', { role: 'operator' }],
  ['disabled', { is_disabled: true }],
  ['signed out by a new password', { password: 'seven moons over a quiet tractor' }],
])('of an admin who is %s', async (_what, json) => {
  const viewer = await beginFor(api, await addPerson(api.database.db, 'viewer'));
  const admin = await addPerson(api.database.db, 'admin');
  const { access } = await beginFor(api, admin);
  const id = await jobOf(viewer.access);
  const [admins, owners] = [await follow(id, access), await follow(id, viewer.access)];
  expect((await ask(api, 'PATCH', `/users/${admin.id}`, { json, bearer: rootToken })).status).toBe(200);
  await until(() => admins.hasEnded);
  expect(admins.text).not.toContain('event: ended');
  // The job goes on, and so does the stream of whoever may see it.
  expect(owners.hasEnded).toBe(false);
  expect((await ask(api, 'POST', `/solves/${id}/cancel`, { bearer: viewer.access })).status).toBe(200);
  await until(() => owners.hasEnded);
  expect(owners.text).toContain('event: ended');
});
