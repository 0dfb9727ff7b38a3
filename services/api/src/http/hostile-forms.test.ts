import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { FakeSolverClient } from '../../test-support/fake-solver-client.js';
import { jpeg } from '../../test-support/pictures.js';
import { formEnd, part, postHead, RawClient } from '../../test-support/raw-http.js';
import { type RunningApi, runApi, until } from '../../test-support/running-api.js';

let api: RunningApi;

beforeEach(async () => {
  api = await runApi({}, { solver: new FakeSolverClient() });
});
afterEach(async () => {
  await api[Symbol.asyncDispose]();
});

/** A generator of the same numbers every time (Park and Miller, 1988). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

const good = Buffer.concat([
  part('name="ra"', '10'),
  part('name="dec"', '20'),
  part('name="image"; filename="a.jpg"', jpeg(300), 'image/jpeg'),
  formEnd,
]);

function damage(body: Buffer, random: (below: number) => number): Buffer {
  const damaged = Buffer.from(body);
  for (let i = 0; i < 1 + random(4); i++) damaged[random(damaged.length)] = random(256);
  const cut = random(3) === 0 ? damaged.subarray(0, random(damaged.length)) : damaged;
  return random(4) === 0 ? Buffer.concat([cut, cut.subarray(random(cut.length + 1))]) : cut;
}

test('300 damaged forms get an answer of the table each, and leave neither file nor a hanging server', async () => {
  const random = numbers(20_261_122);
  const statuses = new Map<number, number>();
  for (let i = 0; i < 300; i++) {
    const body = damage(good, random);
    const client = await RawClient.open(api.port);
    client.send(postHead('/solve', body.length));
    client.send(body);
    const { status, body: answer } = await client.answer();
    client.destroy();
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    expect(JSON.parse(answer)).toHaveProperty('solved');
  }
  expect([...statuses.keys()].filter((status) => ![200, 400, 415].includes(status))).toEqual([]);
  expect(statuses.get(400)).toBeGreaterThan(50);
  await until(() => api.spooled().length === 0);
  expect((await fetch(`${api.url}/healthz`)).status).toBe(200);
}, 60_000);
