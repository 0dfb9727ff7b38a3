import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { FakeSolverClient } from '../../test-support/fake-solver-client.js';
import { form } from '../../test-support/pictures.js';
import { type RecordedLog, recordLog } from '../../test-support/recorded-log.js';
import { type RunningApi, runApi } from '../../test-support/running-api.js';
import { toWebhook } from './webhook-fields.js';

const secret = `whsec_${randomBytes(32).toString('base64')}`;
const url = 'https://hooks.example/in';

let api: RunningApi;
let recorded: RecordedLog;

beforeEach(async () => {
  recorded = recordLog();
  api = await runApi({}, { solver: new FakeSolverClient(), log: recorded.log });
});
afterEach(async () => {
  await api[Symbol.asyncDispose]();
});

async function post(fields: Record<string, string>, path = '/api/v1/solves') {
  const response = await fetch(`${api.url}${path}`, { method: 'POST', body: form(undefined, fields) });
  const text = await response.text();
  return { status: response.status, text, body: JSON.parse(text) };
}

test('a webhook is taken with its job, which says where it will be told and not more', async () => {
  const { status, text, body } = await post({
    webhook_url: 'https://HOOKS.example/in?token=hidden',
    webhook_secret: secret,
  });
  expect(status).toBe(202);
  expect(body.webhook).toEqual({ host: 'hooks.example', state: 'waiting', attempts: 0, last_reason: null });
  expect(text).not.toMatch(/whsec|hidden/);
});

test.each([
  ['webhook_url', { webhook_url: 'nonsense', webhook_secret: secret }],
  ['webhook_url', { webhook_url: '12', webhook_secret: secret }],
  ['webhook_url', { webhook_url: 'ftp://hooks.example/hidden', webhook_secret: secret }],
  ['webhook_url', { webhook_url: 'https://hooks.example:7443/hidden', webhook_secret: secret }],
  ['webhook_url', { webhook_url: 'https://user:hidden@hooks.example/', webhook_secret: secret }],
  ['webhook_url', { webhook_url: `https://hooks.example/${'é'.repeat(400)}`, webhook_secret: secret }],
  ['webhook_url', { webhook_url: 'http://localhost/hidden', webhook_secret: secret }],
  ['webhook_url', { webhook_url: 'http://127.0.0.1/hidden', webhook_secret: secret }],
  ['webhook_url', { webhook_url: 'http://[::1]/hidden', webhook_secret: secret }],
  ['webhook_url', { webhook_url: 'http://169.254.169.254/hidden', webhook_secret: secret }],
  ['webhook_url', { webhook_url: 'http://0x0a000001/hidden', webhook_secret: secret }],
  ['webhook_secret', { webhook_url: url, webhook_secret: 'whsec_hidden' }],
  ['webhook_secret', { webhook_url: url, webhook_secret: `${secret}AAAA${'A'.repeat(60)}` }],
  ['webhook_secret', { webhook_url: url }],
  ['webhook_url', { webhook_secret: secret }],
])('%s is refused at once, without being repeated: %j', async (field, fields: Record<string, string>) => {
  const { status, text, body } = await post(fields);
  expect([status, body.code]).toEqual([400, 'invalid_request']);
  expect(body.errors).toEqual([
    { field, value: field in fields ? '(not shown)' : null, allowed: expect.stringMatching(/public|base64|together/) },
  ]);
  expect(text + recorded.text()).not.toMatch(/hidden|whsec_\w{9}/);
  expect(api.spooled()).toEqual([]);
});

test('a misspelt secret is not repeated either, nor one given twice, nor one where none is taken', async () => {
  const twice = form(undefined, { webhook_secret: secret });
  twice.append('webhook_secret', secret);
  const answers = [
    await post({ webhook_secrets: secret }),
    await post({ my_secret: secret }),
    await post({ webhook_url: url, webhook_secret: secret }, '/solve'),
    await fetch(`${api.url}/api/v1/solves`, { method: 'POST', body: twice }).then(async (response) => ({
      status: response.status,
      text: await response.text(),
    })),
  ];
  for (const { status, text } of answers) {
    expect(status).toBe(400);
    expect(text).not.toContain(secret);
  }
  expect(recorded.text()).not.toContain(secret);
});

test('the URL is kept as it is asked for', () => {
  expect(toWebhook({ webhook_url: ' HTTP://Hooks.Example/a\tb', webhook_secret: secret })).toEqual({
    url: 'http://hooks.example/ab',
    secret,
  });
  expect(toWebhook({})).toBeUndefined();
});
