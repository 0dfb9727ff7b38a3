// The guard in front of a fake engine: what its limits, its tunnel and its ends do.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type ContainerSpec, containerSpec } from '@astrogate/sandbox-spec';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type FakeEngine, fakeImage, startFakeEngine } from '../test-support/fake-engine.js';
import {
  createLine,
  type GuardUnderTest,
  requestBytes,
  startGuard,
  statusOf,
} from '../test-support/guard-under-test.js';

let fake: FakeEngine;
let guard: GuardUnderTest;

beforeEach(async () => {
  fake = await startFakeEngine();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one[Symbol.asyncDispose]()));
  await fake[Symbol.asyncDispose]();
});

const open: GuardUnderTest[] = [];
const start = async (env: NodeJS.ProcessEnv = {}) => {
  guard = await startGuard(fake.socketPath, { GUARD_SANDBOX_IMAGE: fakeImage, ...env });
  open.push(guard);
};

/** Creates a sandbox through the guard: status and id. */
async function create(): Promise<{ status: number; id: string }> {
  const { name, body } = guard.spec();
  const answer = await guard.send(requestBytes(createLine(name), JSON.stringify(body)));
  return { status: statusOf(answer), id: /"Id":"([0-9a-f]{64})"/.exec(answer)?.[1] ?? '' };
}
const remove = (id: string) => guard.status(`DELETE /v1.41/containers/${id}?force=true&v=true`);

describe('limits', () => {
  test('no more creates per minute than allowed', async () => {
    await start({ GUARD_CREATES_PER_MINUTE: '2' });
    expect([await create(), await create(), await create()].map(({ status }) => status)).toEqual([201, 201, 429]);
    expect(guard.denials).toEqual(['too many creates per minute']);
    expect(fake.recorded.filter(({ line }) => line.includes('/create'))).toHaveLength(2);
  });

  test('no more sandboxes than allowed, those of an earlier guard among them', async () => {
    await start({ GUARD_MAX_CONTAINERS: '2' });
    let existing = 2;
    fake.answer = (line) =>
      line.includes('/containers/json') ? { status: 200, body: Array(existing).fill({}) } : undefined;
    expect((await create()).status).toBe(429);
    existing = 1;
    expect((await create()).status).toBe(201);
  });

  test("only the solver's own are counted, never those of another one on the same engine", async () => {
    await start();
    await create();
    const counted = fake.recorded.filter(({ line }) => line.includes('/containers/json'));
    expect(counted).toHaveLength(1);
    expect(decodeURIComponent(counted[0]?.line ?? '')).toContain(
      `{"label":["dev.astrogate.owner=astrogate-solver","dev.astrogate.instance=${guard.instanceId}"]}`,
    );
  });

  test('when the engine does not say how many there are, none is made', async () => {
    await start();
    fake.answer = (line) => (line.includes('/containers/json') ? { status: 500 } : undefined);
    expect((await create()).status).toBe(429);
  });
});

describe('the one solver', () => {
  const ofAnother = (expiresAt: Date) => {
    const { service } = guard;
    return containerSpec('c'.repeat(32), {
      imageId: service.context.facts.image.Id,
      instanceId: 'e'.repeat(32),
      expiresAt,
    });
  };
  const id = 'a'.repeat(64);
  /** The engine knows one container, with name and labels of `spec`. */
  const exists = ({ name, body }: ContainerSpec) => {
    const inspected = { Id: id, Name: `/${name}`, Config: body };
    fake.answer = (line) =>
      line === `GET /v1.41/containers/${id}/json` ? { status: 200, body: inspected } : undefined;
  };
  const others = [
    `POST /v1.41/containers/${id}/start`,
    `POST /v1.41/containers/${id}/wait?condition=not-running`,
    `POST /v1.41/containers/${id}/kill?signal=KILL`,
    `GET /v1.41/containers/${id}/json`,
  ];
  const attach = async () => {
    const line = `POST /v1.41/containers/${id}/attach?stream=1&stdin=1&stdout=1&stderr=1`;
    const upgrade = ['Connection: Upgrade', 'Upgrade: tcp', 'Content-Length: 0'];
    return statusOf(await guard.send(requestBytes(line, '', upgrade)));
  };
  const later = () => new Date(Date.now() + 60_000);

  test('is the one whose create came first; another is denied, and makes nothing', async () => {
    await start();
    expect((await create()).status).toBe(201);
    fake.forget();
    const { name, body } = ofAnother(later());
    expect(statusOf(await guard.send(requestBytes(createLine(name), JSON.stringify(body))))).toBe(403);
    expect(fake.recorded).toEqual([]);
    expect((await create()).status).toBe(201);
  });

  test('is known also when its first create was too much', async () => {
    await start({ GUARD_MAX_CONTAINERS: '1' });
    fake.answer = (line) => (line.includes('/containers/json') ? { status: 200, body: [{}] } : undefined);
    expect((await create()).status).toBe(429);
    expect(guard.service.context.served.id).toBe(guard.instanceId);
  });

  test.each([true, false])('touches no sandbox of another one that may live (known: %s)', async (isKnown) => {
    await start();
    if (isKnown) await create();
    exists(ofAnother(later()));
    for (const line of others) expect([line, await guard.status(line)]).toEqual([line, 403]);
    expect([await attach(), await remove(id)]).toEqual([403, 403]);
  });

  test('removes one that has expired, and does nothing else with it', async () => {
    await start();
    await create();
    exists(ofAnother(new Date(Date.now() - 1000)));
    for (const line of others) expect([line, await guard.status(line)]).toEqual([line, 403]);
    expect(await attach()).toBe(403);
    expect(await remove(id)).toBe(204);
  });
});

describe('the engine', () => {
  test('without it the guard does not start, and says why in one line', async () => {
    await expect(startGuard('/nowhere/sock', { GUARD_SANDBOX_IMAGE: fakeImage })).rejects.toThrow(
      'the engine does not answer',
    );
  });

  test('nor without the image', async () => {
    fake.answer = (line) => (line.includes('/images/') ? { status: 404 } : undefined);
    await expect(start()).rejects.toThrow(`GUARD_SANDBOX_IMAGE ${fakeImage} is not on this engine`);
  });

  test('nor with an image that brings volumes', async () => {
    const Config = { Volumes: { '/data': {} } };
    fake.answer = (line) =>
      line.includes('/images/') ? { status: 200, body: { Id: fake.imageId, Config } } : undefined;
    await expect(start()).rejects.toThrow('declares volumes');
  });

  test('when it is lost the connection is cut, as it would be without a guard', async () => {
    await start();
    await fake[Symbol.asyncDispose]();
    expect(await guard.send(requestBytes('GET /v1.41/_ping'))).toBe('');
    fake = await startFakeEngine();
  });

  test('what it says about a failure stays behind the guard; the status is passed on', async () => {
    await start();
    const answer = await guard.send(requestBytes(`GET /v1.41/containers/${'a'.repeat(64)}/json`));
    expect(statusOf(answer)).toBe(404);
    expect(answer).not.toContain('secret');
  });

  test('a container that is gone is forgotten, so that an id that comes again is judged anew', async () => {
    await start();
    const { id } = await create();
    expect(guard.service.context.ledger.has(id)).toBe(true);
    fake.answer = (line) => (line.startsWith('DELETE') ? { status: 404 } : undefined);
    expect(await remove(id)).toBe(404);
    expect(guard.service.context.ledger.has(id)).toBe(false);
  });
});

describe('the tunnel', () => {
  /** An attached connection, and what is read from it after the head of the answer. */
  const openTunnel = async () => {
    await start();
    const { id } = await create();
    const socket = connect({ path: guard.socketPath, allowHalfOpen: true });
    const path = `/v1.41/containers/${id}/attach?stream=1&stdin=1&stdout=1&stderr=1`;
    const text = textOf(socket);
    const answered = once(socket, 'data');
    socket.write(requestBytes(`POST ${path}`, '', ['Connection: Upgrade', 'Upgrade: tcp', 'Content-Length: 0']));
    expect(String((await answered)[0])).toMatch(/^HTTP\/1\.1 101 /);
    return { socket, text: text.then((all) => all.slice(all.indexOf('\r\n\r\n') + 4)) };
  };
  /** Everything until the other side ends; ours stays open. */
  const textOf = (socket: Socket) =>
    new Promise<string>((resolve, reject) => {
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk;
      });
      socket.once('end', () => resolve(text));
      socket.once('error', reject);
    });

  test('when the caller ends his side, the engine hears it and can still answer', async () => {
    fake.attached = (socket) => {
      socket.resume().once('end', () => socket.end('the last words'));
    };
    const { socket, text } = await openTunnel();
    socket.end('x');
    expect(await text).toBe('the last words');
  });

  test('when the engine ends its side, the caller hears it and can still write', async () => {
    const heard = Promise.withResolvers<string>();
    fake.attached = (socket) => {
      socket.end('first');
      textOf(socket).then(heard.resolve, heard.reject);
    };
    const { socket, text } = await openTunnel();
    expect(await text).toBe('first');
    socket.end('after the end');
    expect(await heard.promise).toBe('after the end');
  });

  test('who does not read is not written for without bound', async () => {
    fake.attached = (socket) => void socket.pause();
    const { socket } = await openTunnel();
    const piece = Buffer.alloc(1024 * 1024);
    let accepted = 0;
    // Until nothing moves any more: what was taken lies in buffers of sockets.
    for (; accepted < 64; accepted += 1) {
      if (socket.write(piece)) continue;
      const drained = await Promise.race([
        once(socket, 'drain').then(() => true),
        new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 500)),
      ]);
      if (!drained) break;
    }
    expect(accepted).toBeLessThan(8);
    socket.destroy();
  });

  test('when one end breaks, the other is closed', async () => {
    const attached = Promise.withResolvers<Socket>();
    fake.attached = (socket) => attached.resolve(socket.resume());
    const { socket, text } = await openTunnel();
    (await attached.promise).destroy();
    await text;
    socket.end();
    await once(socket, 'close');
    expect(socket.destroyed).toBe(true);
  });
});

describe('draining', () => {
  const notForced = () => new AbortController().signal;

  test('makes nothing new, serves on, and ends when what was made is gone', async () => {
    await start();
    const { id } = await create();
    let isOver = false;
    const drained = guard.service.drain(notForced()).then(() => {
      isOver = true;
    });
    expect((await create()).status).toBe(429);
    expect(await guard.status('GET /v1.41/_ping')).toBe(200);
    expect(isOver).toBe(false);
    expect(await remove(id)).toBe(204);
    await drained;
  });

  test('does not wait for a caller that is gone', async () => {
    await start();
    await create();
    await guard.service.drain(notForced());
    expect(guard.service.context.ledger.size).toBe(1);
  }, 20_000);

  test('is cut short by force', async () => {
    await start();
    await create();
    await guard.service.drain(AbortSignal.abort());
  });
});
