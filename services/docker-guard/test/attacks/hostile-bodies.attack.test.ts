// A solver that was taken over writes create bodies of its own. Not one of them reaches the engine, in whatever form: the
// real engine has no new container, and a fake one that records sees no create at all.
import { containerSpec, expiresAtLabel, instanceLabel } from '@astrogate/sandbox-spec';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createEngineClient } from '../../src/engine/engine-client.js';
import { type FakeEngine, fakeImage, startFakeEngine } from '../../test-support/fake-engine.js';
import {
  createLine,
  type GuardUnderTest,
  requestBytes,
  startGuard,
  statusOf,
} from '../../test-support/guard-under-test.js';
import { engineSocket, sandboxImage } from '../environment.js';
import { bodyDangers, forms, hostDangers } from './dangers.js';

const engine = createEngineClient(engineSocket);
let fake: FakeEngine;
let onFake: GuardUnderTest;
let onReal: GuardUnderTest;

const limits = { GUARD_CREATES_PER_MINUTE: '60000' };
beforeAll(async () => {
  fake = await startFakeEngine();
  onFake = await startGuard(fake.socketPath, { GUARD_SANDBOX_IMAGE: fakeImage, ...limits });
  onReal = await startGuard(engineSocket, { GUARD_SANDBOX_IMAGE: sandboxImage, ...limits });
});
afterAll(async () => {
  await onFake?.[Symbol.asyncDispose]();
  await onReal?.[Symbol.asyncDispose]();
  await fake?.[Symbol.asyncDispose]();
});

type Hostile = (canonical: string, guard: GuardUnderTest) => string | Buffer;
type Request = (name: string, canonical: string) => { bytes: string | Buffer; halfClose?: boolean };

/** The status of the create on both guards; proves that neither engine was asked to make it. */
async function attack(request: Request, guards = [onFake, onReal]): Promise<number[]> {
  const statuses: number[] = [];
  for (const guard of guards) {
    const { name, body } = guard.spec();
    const { bytes, halfClose } = request(name, JSON.stringify(body));
    fake.forget();
    statuses.push(statusOf(await guard.send(bytes, { halfClose: halfClose ?? false })));
    expect(fake.recorded.filter(({ line }) => line.startsWith('POST'))).toEqual([]);
    expect((await engine.call('GET', `/v1.41/containers/${name}/json`)).status).toBe(404);
  }
  return statuses;
}

const withBody = (hostile: (canonical: string) => string | Buffer): Request => {
  return (name, canonical) => {
    const body = hostile(canonical);
    expect(Buffer.from(canonical).equals(Buffer.from(body))).toBe(false);
    return { bytes: requestBytes(createLine(name), body, ['Content-Type: application/json']) };
  };
};

test('the canonical body is let through, and what the engine gets is the golden one, byte for byte', async () => {
  const { name, body, sandboxId } = onFake.spec();
  const labels = {
    instanceId: body.Labels[instanceLabel] ?? '',
    expiresAt: new Date(body.Labels[expiresAtLabel] ?? ''),
  };
  const golden = containerSpec(sandboxId, { imageId: fake.imageId, ...labels });
  fake.forget();
  const bytes = requestBytes(createLine(name), JSON.stringify(body), [
    'X-Registry-Auth: x',
    'Content-Type: text/plain',
  ]);
  expect(statusOf(await onFake.send(bytes))).toBe(201);
  const posts = fake.recorded.filter(({ line }) => line.startsWith('POST'));
  expect(posts).toHaveLength(1);
  expect(posts[0]?.line).toBe(createLine(golden.name));
  expect(posts[0]?.body.toString()).toBe(JSON.stringify(golden.body));
  expect(posts[0]?.headers).toEqual({
    host: 'docker',
    connection: 'close',
    'content-type': 'application/json',
    'content-length': String(posts[0]?.body.length),
  });
});

describe.each(Object.entries(forms))('%s', (_name, form) => {
  test.each(hostDangers)('HostConfig.%s = %j', async (key, value) => {
    expect(await attack(withBody((canonical) => form(canonical, key, value)))).toEqual([403, 403]);
  });
});

describe('without a guard the same bodies give a container that is no sandbox; made, never started', () => {
  test.each(Object.entries(forms))('%s', async (formName, form) => {
    const { name, body } = onReal.spec();
    const [key, value] = /fold/.test(formName) ? ['Binds', ['/:/host']] : ['Privileged', true];
    const text = form(JSON.stringify(body), key as string, value);
    try {
      const path = `/v1.41/containers/create?name=${name}`;
      expect((await engine.call('POST', path, { body: Buffer.from(text) })).status).toBe(201);
      const { HostConfig } = (await engine.call('GET', `/v1.41/containers/${name}/json`)).body as {
        HostConfig: Record<string, unknown>;
      };
      expect(HostConfig[key as string]).toEqual(value);
    } finally {
      await engine.call('DELETE', `/v1.41/containers/${name}?force=true&v=true`);
    }
  });
});

describe('outside HostConfig', () => {
  test.each(bodyDangers)('%s = %j', async (key, value) => {
    const plain: Hostile = (canonical) => JSON.stringify({ ...JSON.parse(canonical), [key]: value });
    const doubled: Hostile = (canonical) =>
      canonical.replace(/}$/, `,${JSON.stringify(key)}:${JSON.stringify(value)}}`);
    const cased: Hostile = (canonical) => canonical.replace(/}$/, `,"${key.toLowerCase()}":${JSON.stringify(value)}}`);
    for (const hostile of [plain, doubled, cased])
      expect(await attack(withBody(hostile as (canonical: string) => string))).toEqual([403, 403]);
  });
});

const changed = (change: (body: Record<string, Record<string, unknown>>) => void) => (canonical: string) => {
  const body = JSON.parse(canonical);
  change(body);
  return JSON.stringify(body);
};
const label = (name: string, value: unknown) =>
  changed(({ Labels }) => {
    if (Labels) Labels[name] = value;
  });

describe('equal in meaning perhaps, but not the same bytes', () => {
  test.each<[string, (canonical: string) => string | Buffer]>([
    ['HostConfig null', changed((body) => Object.assign(body, { HostConfig: null }))],
    ['no HostConfig', changed((body) => Reflect.deleteProperty(body, 'HostConfig'))],
    [
      'HostConfig twice, the same',
      (text) => text.replace(/}$/, `,"HostConfig":${JSON.stringify(JSON.parse(text).HostConfig)}}`),
    ],
    ['another order', (text) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(text)).reverse()))],
    ['pretty', (text) => JSON.stringify(JSON.parse(text), undefined, 2)],
    ['a space before', (text) => ` ${text}`],
    ['a line feed after', (text) => `${text}\n`],
    ['a byte order mark', (text) => `\ufeff${text}`],
    ['a NUL after', (text) => `${text}\0`],
    ['a second document', (text) => `${text}{"HostConfig":{"Privileged":true}}`],
    ['a number in another form', (text) => text.replace(/"PidsLimit":(\d+)/, '"PidsLimit":$1.0')],
    ['a number with an exponent', (text) => text.replace(/"PidsLimit":(\d+)/, '"PidsLimit":$1e0')],
    ['an escaped slash', (text) => text.replaceAll('/opt', '\\/opt')],
    [
      'invalid UTF-8 in a key',
      (text) => Buffer.concat([Buffer.from(`${text.slice(0, -1)},"`), Buffer.from([0xff, 0x22, 0x3a, 0x31, 0x7d])]),
    ],
    ['__proto__', (text) => text.replace('{', '{"__proto__":{"HostConfig":{"Privileged":true}},')],
    ['one more label', label('com.example.role', 'vault')],
    [
      'a label that is a list',
      (text) => text.replace(/"dev.astrogate.instance":("[^"]*")/, '"dev.astrogate.instance":[$1]'),
    ],
    ['the instance in capitals', label('dev.astrogate.instance', 'A'.repeat(32))],
    ['no owner', label('dev.astrogate.owner', undefined)],
    ['another owner', label('dev.astrogate.owner', 'me')],
    ['no expiry', label('dev.astrogate.expires-at', undefined)],
    ['an expiry that has passed', label('dev.astrogate.expires-at', '2020-01-01T00:00:00.000Z')],
    ['an expiry in a thousand years', label('dev.astrogate.expires-at', '3020-01-01T00:00:00.000Z')],
    ['an expiry in another form', label('dev.astrogate.expires-at', '2030-01-01')],
    [
      'an index directory',
      changed(({ HostConfig }) =>
        Object.assign(HostConfig ?? {}, {
          Mounts: [{ Type: 'bind', Source: '/etc', Target: '/indexes', ReadOnly: true }],
        }),
      ),
    ],
    ['nothing', () => ''],
    ['null', () => 'null'],
    ['a list', (text) => `[${text}]`],
    ['a text', (text) => JSON.stringify(text)],
    ['cut', (text) => text.slice(0, -1)],
    ['nested thirty thousand deep', () => '['.repeat(30_000)],
    ['a form', () => 'Image=debian&HostConfig=x'],
  ])('%s', async (_what, hostile) => {
    expect(await attack(withBody(hostile))).toEqual([403, 403]);
  });
});

describe('in another envelope', () => {
  const padded = (bytes: number) => (text: string) => text + ' '.repeat(bytes - text.length);
  const json = 'Content-Type: application/json';
  test.each<[string, Request]>([
    ['padded to 65 KiB', withBody(padded(65 * 1024))],
    ['padded to 64 KiB', withBody(padded(64 * 1024))],
    ['a label of 65 KiB', withBody(label('x', 'x'.repeat(65 * 1024)))],
    [
      'a megabyte of text before the danger',
      withBody((text) => forms.plain?.(padded(1024 * 1024)(text), 'Privileged', true) ?? ''),
    ],
    [
      'chunked',
      (name, text) => ({
        bytes: requestBytes(createLine(name), `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`, [
          'Transfer-Encoding: chunked',
        ]),
      }),
    ],
    [
      'chunked and with a length',
      (name, text) => ({
        bytes: requestBytes(createLine(name), text, ['Transfer-Encoding: chunked', `Content-Length: ${text.length}`]),
      }),
    ],
    [
      'two lengths',
      (name, text) => ({
        bytes: requestBytes(createLine(name), text, [`Content-Length: ${text.length}`, 'Content-Length: 0']),
      }),
    ],
    ['no length', (name, text) => ({ bytes: `${createLine(name)} HTTP/1.1\r\nHost: x\r\n\r\n${text}` })],
    [
      'a length that is too long',
      (name, text) => ({
        bytes: requestBytes(createLine(name), text, [`Content-Length: ${text.length + 1}`]),
        halfClose: true,
      }),
    ],
    [
      'a length that is too short',
      (name, text) => ({ bytes: requestBytes(createLine(name), text, [`Content-Length: ${text.length - 1}`]) }),
    ],
    [
      'a length with a plus',
      (name, text) => ({ bytes: requestBytes(createLine(name), text, [`Content-Length: +${text.length}`]) }),
    ],
    [
      'a length with a zero before',
      (name, text) => ({ bytes: requestBytes(createLine(name), text, [`Content-Length: 0${text.length}`]) }),
    ],
    [
      'a length below nothing',
      (name, text) => ({ bytes: requestBytes(createLine(name), text, ['Content-Length: -1']) }),
    ],
    [
      'to be continued',
      (name, text) => ({
        bytes: requestBytes(createLine(name), text, [json, 'Expect: 100-continue', `Content-Length: ${text.length}`]),
      }),
    ],
    [
      'as an upgrade',
      (name, text) => ({
        bytes: requestBytes(createLine(name), text, [
          'Connection: Upgrade',
          'Upgrade: tcp',
          `Content-Length: ${text.length}`,
        ]),
      }),
    ],
    [
      'in HTTP/1.0',
      (name, text) => ({ bytes: requestBytes(createLine(name), text).toString().replace('HTTP/1.1', 'HTTP/1.0') }),
    ],
    ['with a folded header', (name, text) => ({ bytes: requestBytes(createLine(name), text, ['X: a\r\n b']) })],
    ['with a header twice', (name, text) => ({ bytes: requestBytes(createLine(name), text, ['X-A: 1', 'X-a: 2']) })],
    [
      'with bare line feeds',
      (name, text) => ({ bytes: requestBytes(createLine(name), text).toString().replaceAll('\r\n', '\n') }),
    ],
    [
      'with a header of 8 KiB',
      (name, text) => ({ bytes: requestBytes(createLine(name), text, [`X: ${'x'.repeat(8192)}`]) }),
    ],
  ])('%s', async (_what, request) => {
    // What is no HTTP in good form is refused by the parser.
    for (const status of await attack(request)) expect([400, 403]).toContain(status);
  });
});

test("the reason of each denial stands in the guard's log and nowhere else", async () => {
  const before = onFake.denials.length;
  const { name } = onFake.spec();
  const answer = await onFake.send(requestBytes(createLine(name), '{}'));
  expect(onFake.denials.slice(before)).toHaveLength(1);
  expect(answer.split('\r\n\r\n')[1]).toBe('{"message":"docker-guard: forbidden"}');
});
