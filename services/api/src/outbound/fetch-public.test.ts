import { readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { makeCertificates } from '../../test-support/certificates.js';
import { createFetchPublic, type FetchOptions, fetchPublic } from './fetch-public.js';
import { type OutboundPolicy, publicPolicy } from './policy.js';
import { readBody } from './public-response.js';

/** Stands for the internet in these tests; 127.0.0.1, where the solver listens, stays what it is. */
const outside = '127.0.0.2';
const inside = '127.0.0.1';

let answer: RequestListener;
let server: Server;
let port: number;
/** Listens inside on the same port; nothing may ever come there. */
let trap: Server;
let trapped = 0;
let records: Record<string, string[]>;
let asked: string[];
const raws: ReturnType<typeof createTcpServer>[] = [];

beforeEach(async () => {
  answer = (_request, response) => response.end('hello');
  server = createServer((request, response) => answer(request, response));
  server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n'));
  trapped = 0;
  trap = createServer((_request, response) => response.end('the solver'));
  trap.on('connection', () => {
    trapped += 1;
  });
  port = await listen(trap, inside);
  await listen(server, outside, port);
  records = { 'a.example': [outside], 'in.example': [inside], 'b.example': [outside] };
  asked = [];
});

afterEach(async () => {
  for (const raw of raws.splice(0)) raw.close();
  expect(trapped).toBe(0);
  for (const each of [server, trap]) {
    each.closeAllConnections();
    await new Promise((resolve) => each.close(resolve));
  }
});

function listen(each: Server | ReturnType<typeof createTcpServer>, host: string, at = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    each.once('error', reject);
    each.listen(at, host, () => resolve((each.address() as AddressInfo).port));
  });
}

const testPolicy = (given: Partial<OutboundPolicy> = {}): OutboundPolicy => ({
  resolve: async (host) => {
    asked.push(host);
    return records[host] ?? [];
  },
  mayConnect: (address) => address === outside,
  ports: new Set([port]),
  ...given,
});

const usual: FetchOptions = { maxBytes: 1000, timeoutMs: 20_000 };
const get = (url: string, options: Partial<FetchOptions> = {}, policy = testPolicy()) =>
  createFetchPublic(policy)(url, { ...usual, ...options });
const at = (host: string, path = '/') => `http://${host}:${port}${path}`;
const textOf = async (response: Awaited<ReturnType<typeof get>>) => (await readBody(response)).toString();
const redirectTo = (location: string, status = 302): RequestListener => {
  return (_request, response) => response.writeHead(status, { location }).end();
};

test('what a public server answers comes as it was sent', async () => {
  const packed = gzipSync('hello');
  answer = (request, response) => {
    expect(request.headers).toMatchObject({ host: `a.example:${port}`, 'accept-encoding': 'identity', accept: 'x/y' });
    response.writeHead(201, { 'content-encoding': 'gzip', 'x-a': 'b' }).end(packed);
  };
  const response = await get(at('a.example'), { headers: { accept: 'x/y' } });
  expect(response).toMatchObject({ status: 201, url: at('a.example'), headers: { 'x-a': 'b' } });
  expect(await readBody(response)).toEqual(packed);
});

test('a body is sent whole', async () => {
  answer = (request, response) => {
    response.setHeader('x-method', request.method ?? '');
    request.pipe(response);
  };
  const response = await get(at('a.example'), { method: 'POST', body: 'é'.repeat(400) });
  expect([response.headers['x-method'], await textOf(response)]).toEqual(['POST', 'é'.repeat(400)]);
});

test('a TLS server must prove the name that was asked for', async () => {
  const certificates = await makeCertificates();
  const [key, cert, ca] = [certificates.server.key, certificates.server.cert, certificates.server.ca].map((path) =>
    readFileSync(path, 'utf8'),
  );
  const secure = createTlsServer({ key, cert }, (_request, response) => response.end('secret'));
  const ports = new Set([await listen(secure, outside)]);
  const url = (host: string) => `https://${host}:${[...ports][0]}/`;
  records.solver = [outside];
  const trusting = testPolicy({ ports, ...(ca && { ca }) });
  expect(await textOf(await get(url('solver'), {}, trusting))).toBe('secret');
  await expect(get(url('a.example'), {}, trusting)).rejects.toMatchObject({ reason: 'unreachable' });
  await expect(get(url('solver'), {}, testPolicy({ ports }))).rejects.toMatchObject({ reason: 'unreachable' });
  secure.close();
  rmSync(certificates.dir, { recursive: true });
});

describe('an address inside is refused', () => {
  test.each([
    '127.0.0.1',
    '127.1',
    '0x7f.1',
    '2130706433',
    '0177.0.0.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '10.0.0.1',
    '169.254.169.254',
    '0.0.0.0',
    '[fd00:ec2::254]',
    '[64:ff9b::7f00:1]',
    '100.100.100.200',
  ])('as %s in the URL, by the policy of the product', async (host) => {
    await expect(fetchPublic(`http://${host}/latest`, usual)).rejects.toMatchObject({ reason: 'refused_address' });
    await expect(fetchPublic(`http://${host}:7443/`, usual)).rejects.toMatchObject({ reason: 'refused_port' });
  });

  test.each<[string, string[]]>([
    ['loopback, the port of the solver', [inside]],
    ['IPv6 loopback', ['::1']],
    ['a mapped one', ['::ffff:127.0.0.1']],
    ['a private one among public ones', ['1.1.1.1', '8.8.8.8', '10.1.2.3']],
    ['a link-local one with a zone', ['fe80::1%lo']],
    ['what is no address', ['localhost']],
  ])('behind a name that resolves to %s', async (_name, addresses) => {
    const policy = { ...publicPolicy, ports: new Set([port]), resolve: async () => addresses };
    await expect(get(at('in.example'), {}, policy)).rejects.toMatchObject({ reason: 'refused_address' });
  });

  test('together with the public address beside it', async () => {
    records['a.example'] = [outside, inside];
    await expect(get(at('a.example'))).rejects.toMatchObject({ reason: 'refused_address' });
  });

  test('a name that changes between the look and the connection changes nothing', async () => {
    const answers = [[outside], [inside]];
    const resolve = async () => answers.shift() ?? [];
    expect(await textOf(await get(at('a.example'), {}, testPolicy({ resolve })))).toBe('hello');
    expect(answers).toEqual([[inside]]);
    await expect(get(at('a.example'), {}, testPolicy({ resolve }))).rejects.toMatchObject({
      reason: 'refused_address',
    });
  });
});

describe('a redirect', () => {
  test('is followed, and the name is looked up again', async () => {
    answer = (request, response) => {
      if (request.url === '/') redirectTo(at('b.example', '/there'))(request, response);
      else response.end(request.url);
    };
    const response = await get(at('a.example'));
    expect([response.url, await textOf(response), asked]).toEqual([
      at('b.example', '/there'),
      '/there',
      ['a.example', 'b.example'],
    ]);
  });

  test.each(['in.example', '127.0.0.1', '[::1]', '0x7f.1'])('to %s is refused', async (host) => {
    answer = redirectTo(at(host));
    await expect(get(at('a.example'))).rejects.toMatchObject({ reason: 'refused_address' });
  });

  test('to the same name, which now is inside, is refused', async () => {
    answer = (request, response) => {
      records['a.example'] = [inside];
      redirectTo('/again')(request, response);
    };
    await expect(get(at('a.example'))).rejects.toMatchObject({ reason: 'refused_address' });
  });

  test('is followed three times', async () => {
    let requests = 0;
    answer = (request, response) => {
      requests += 1;
      redirectTo('/')(request, response);
    };
    await expect(get(at('a.example'))).rejects.toMatchObject({ reason: 'refused_redirect' });
    expect(requests).toBe(4);
  });

  test('is an answer when none is to be followed', async () => {
    answer = redirectTo(at('in.example'));
    using response = await get(at('a.example'), { maxRedirects: 0 });
    expect(response.status).toBe(302);
  });
});

/** Writes until nobody reads; tells when the connection is gone. */
function endless(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new Promise<void>((resolve) => request.socket.once('close', () => resolve()));
  const write = () => {
    while (!response.destroyed && response.write('x'.repeat(10_000)));
  };
  response.on('drain', write);
  write();
  return gone;
}

describe('an answer', () => {
  test('without an end is cut off, and so is its connection', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    answer = (request, response) => void endless(request, response).then(resolve);
    await expect(readBody(await get(at('a.example'), { maxBytes: 100_000 }))).rejects.toMatchObject({
      reason: 'too_large',
    });
    await promise;
  });

  test('that says it is too large is not read, one that just fits is', async () => {
    answer = (_request, response) => response.end('x'.repeat(1001));
    await expect(get(at('a.example'))).rejects.toMatchObject({ reason: 'too_large' });
    answer = (_request, response) => response.end('x'.repeat(1000));
    expect(await textOf(await get(at('a.example')))).toHaveLength(1000);
  });

  test('that drips is ended by the clock, body or headers', async () => {
    answer = (_request, response) => {
      const drip = setInterval(() => response.write('x'), 10);
      response.on('close', () => clearInterval(drip));
    };
    await expect(readBody(await get(at('a.example'), { timeoutMs: 400 }))).rejects.toMatchObject({ reason: 'timeout' });
    const raw = await startRaw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n');
      const drip = setInterval(() => socket.write('a: b\r\n'), 10);
      socket.on('close', () => clearInterval(drip));
    });
    await expect(raw.get({ timeoutMs: 400 })).rejects.toMatchObject({ reason: 'timeout' });
  });

  test('that does not come is given up after ten seconds of silence', async () => {
    const raw = await startRaw(() => undefined);
    const start = performance.now();
    await expect(raw.get({ timeoutMs: 60_000 })).rejects.toMatchObject({ reason: 'timeout' });
    expect(performance.now() - start).toBeGreaterThan(9_000);
  }, 40_000);

  test.each<[string, string, string]>([
    ['huge headers', `HTTP/1.1 200 OK\r\na: ${'x'.repeat(20_000)}\r\n\r\n`, 'too_large'],
    ['many headers', `HTTP/1.1 200 OK\r\n${'name: value\r\n'.repeat(2000)}\r\n`, 'too_large'],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n', 'unreachable'],
    [
      'an upgrade nobody asked for',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
      'unreachable',
    ],
    ['nothing', '', 'unreachable'],
  ])('with %s fails', async (_name, text, reason) => {
    const raw = await startRaw((socket) => socket.end(text));
    await expect(raw.get()).rejects.toMatchObject({ reason });
  });

  test('that ends early is not taken for whole', async () => {
    const raw = await startRaw((socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nshort'));
    await expect(readBody(await raw.get())).rejects.toMatchObject({ reason: 'unreachable' });
  });

  test('that nobody wants any more is cut off', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    answer = (request, response) => void endless(request, response).then(resolve);
    (await get(at('a.example'), { maxBytes: 1e9 }))[Symbol.dispose]();
    await promise;
  });
});

/** A server that reads a request and then does as it is told. */
async function startRaw(speak: (socket: Socket) => void) {
  const raw = createTcpServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => speak(socket));
  });
  raws.push(raw);
  const ports = new Set([await listen(raw, outside)]);
  return {
    get: (options: Partial<FetchOptions> = {}) =>
      get(`http://a.example:${[...ports][0]}/`, options, testPolicy({ ports })),
  };
}

test('a name without an address is unresolved, a closed port unreachable', async () => {
  await expect(get(at('nowhere.example'))).rejects.toMatchObject({ reason: 'unresolved', mayPassLater: true });
  const resolve = () => Promise.reject(new Error('SERVFAIL'));
  await expect(get(at('a.example'), {}, testPolicy({ resolve }))).rejects.toMatchObject({ reason: 'unresolved' });
  await expect(get('http://a.example:1/', {}, testPolicy({ ports: new Set([1]) }))).rejects.toMatchObject({
    reason: 'unreachable',
  });
});

test('a name that never resolves is ended by the clock', async () => {
  const resolve = () => new Promise<string[]>(() => undefined);
  await expect(get(at('a.example'), { timeoutMs: 100 }, testPolicy({ resolve }))).rejects.toMatchObject({
    reason: 'timeout',
  });
});

test("the caller's signal ends it at any point, with the caller's reason", async () => {
  const reason = new Error('the caller left');
  await expect(get(at('a.example'), { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  const leave = new AbortController();
  answer = (_request, response) => void response.write('x', () => undefined);
  const response = await get(at('a.example'), { signal: leave.signal });
  setImmediate(() => leave.abort(reason));
  await expect(readBody(response)).rejects.toBe(reason);
});
