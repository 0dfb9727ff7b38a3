import { createHash, randomBytes } from 'node:crypto';
import { containerSpec } from '@astrogate/sandbox-spec';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createDockerEngine } from '../src/sandbox/docker-engine.js';
import { parseEndpoint } from '../src/sandbox/endpoint.js';
import { FrameSplitter } from '../src/sandbox/frames.js';
import { type Bridge, openBridge } from './bridge.js';
import { baseImage, dockerHost } from './environment.js';

const MiB = 1024 * 1024;
const sizes = [0, 1, 70, 4095, 4096, 4097, 64 * 1024 - 1, 64 * 1024, 64 * 1024 + 1, 5_000_000, 32 * MiB];
let bridge: Bridge;
let imageId: string;

beforeAll(async () => {
  bridge = await openBridge(dockerHost);
  imageId = (await createDockerEngine(parseEndpoint(dockerHost)).image(baseImage)).Id;
});
afterAll(() => bridge.cut());

/** What `sha256sum` in a sandbox says about its stdin when `bytes` are written to it. */
async function hashInside(endpoint: string, bytes: Buffer): Promise<string> {
  const engine = createDockerEngine(parseEndpoint(endpoint));
  const { name, body } = containerSpec(randomBytes(16).toString('hex'), {
    imageId,
    instanceId: randomBytes(16).toString('hex'),
    expiresAt: new Date(Date.now() + 60_000),
  });
  const id = await engine.create({ name, body: { ...body, Entrypoint: ['/usr/bin/sha256sum'] } });
  try {
    const socket = await engine.attach(id);
    await engine.start(id);
    socket.end(bytes);
    const frames = new FrameSplitter();
    const parts: Buffer[] = [];
    for await (const chunk of socket) parts.push(...frames.push(chunk as Buffer).map((part) => part.bytes));
    expect(frames.atBoundary).toBe(true);
    return Buffer.concat(parts).toString();
  } finally {
    await engine.remove(id);
  }
}

describe.each(['its own socket', 'tcp'])('through %s', (way) => {
  const endpoint = () => (way === 'tcp' ? bridge.url : dockerHost);

  test.each(sizes)(
    'exactly the %i bytes written arrive on stdin, and their end',
    async (size) => {
      const bytes = randomBytes(size);
      const hash = createHash('sha256').update(bytes).digest('hex');
      expect(await hashInside(endpoint(), bytes)).toBe(`${hash}  -\n`);
    },
    30_000,
  );
});
