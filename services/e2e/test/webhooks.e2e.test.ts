// Webhooks of the whole stack, under the policy of the product: what is not public is refused, and what is due outlives
// `kill -9` of the api. That they arrive is shown where a receiver can be reached: services/api/test.
import { randomBytes } from 'node:crypto';
import { containerTool, encode, renderSky } from '@astrogate/local';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { testEnvironment } from '../src/config.js';
import { eventually, startTestStack, type TestStack } from '../src/test-stack.js';

const { dockerHost, sandboxImage } = testEnvironment();
const secret = `whsec_${randomBytes(32).toString('base64')}`;
let stack: TestStack;
let picture: Buffer;

beforeAll(async () => {
  const truth = { ra: 210, dec: 54, scale: 12, rotation: -40, parity: 'flipped', width: 900, height: 700 } as const;
  picture = encode.fits(
    await renderSky({ truth, faintest: 10 }, containerTool({ image: sandboxImage, dockerHost })),
    16,
  );
  stack = await startTestStack();
}, 180_000);
afterAll(() => stack?.end(), 60_000);

interface Answer {
  id: string;
  status: string;
  code?: string;
  webhook: { state: string; attempts: number; last_reason: string | null } | null;
}

async function post(url: string): Promise<{ status: number; body: Answer }> {
  const form = new FormData();
  form.set('webhook_url', url);
  form.set('webhook_secret', secret);
  form.set('image', new Blob([new Uint8Array(picture)]), 'sky');
  const headers = { prefer: 'wait=60' };
  const response = await fetch(`${stack.url}/api/v1/solves`, { method: 'POST', body: form, headers });
  return { status: response.status, body: (await response.json()) as Answer };
}

test.each(['http://localhost/', 'http://127.0.0.1/', 'http://169.254.169.254/latest', 'http://[fd00::1]/'])(
  '%s is refused at once',
  async (url) => {
    expect(await post(url)).toMatchObject({ status: 400, body: { code: 'invalid_request' } });
  },
);

test('a webhook that is due when the api is killed is sent by the next one', async () => {
  // A name that never resolves (RFC 6761).
  const { body } = await post('http://hooks.invalid/in?token=hidden');
  expect(body.status).toBe('solved');
  await stack.api.kill();
  await stack.restartApi();
  const webhook = async () => {
    const answer = await fetch(`${stack.url}/api/v1/solves/${body.id}`);
    return ((await answer.json()) as Answer).webhook;
  };
  const before = (await webhook())?.attempts ?? 0;
  // A lease of the killed one takes 40 seconds to lapse.
  await eventually('another attempt', 120_000, async () => ((await webhook())?.attempts ?? 0) > before);
  expect(await webhook()).toMatchObject({ state: 'pending', last_reason: 'no_answer' });
  const lines = stack.log('api');
  expect(lines.filter(({ message, msg }) => (message ?? msg) === 'webhook attempt')).not.toEqual([]);
  expect(JSON.stringify(lines)).not.toMatch(/whsec|hidden/);
}, 180_000);
