// A taken-over api puts into every field of every message what may stand there, what may not, and what no encoder
// writes. What may not stand there is refused by its own code before a sandbox is thought of. There is no engine behind
// this solver; watched-fields.attack.test.ts has one.
import type { ClientHttp2Session } from 'node:http2';
import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { makeLeaf } from '../certificates.js';
import { type SolverUnderTest, startSolver } from '../solver-under-test.js';
import { nonsense, type Row, rows, soundHeader } from './hostile-fields.js';
import { around, fields, pathOf, refusalOf, says } from './hostile-requests.js';
import { type Ending, openSession, rawCall, rawUnary } from './raw-call.js';
import { block, field, framed, headerMessage, type Value } from './wire.js';

// The machine may be busy with other tests.
jest.setTimeout(90_000);

let solver: SolverUnderTest;
let session: ClientHttp2Session;
/** Sandboxes that were asked for. */
let opened = 0;

beforeAll(async () => {
  const sandboxes = {
    open: async () => {
      opened += 1;
      throw new Error('reached');
    },
  };
  const env = { SOLVER_TARGETS: 'absent=dev.example.role:nobody-has-this' };
  solver = await startSolver({ env, overrides: { sandboxes, warmSandboxes: 0 } });
  const identity = await makeLeaf(solver.authority, { names: [{ type: 'url', value: 'spiffe://astrogate/api' }] });
  session = await openSession(solver.service.port, solver.authority.cert, identity);
});
beforeEach(() => {
  opened = 0;
});
afterAll(async () => {
  session.destroy();
  await solver[Symbol.asyncDispose]();
});

async function send(message: string, inner: Buffer, number: number): Promise<Ending> {
  return await rawUnary(session, pathOf(message), framed(around(message, inner, number)));
}

/** What a call says that got past every check of its fields; what stands behind the checks here refuses by its own code. */
const passed: Readonly<Record<string, string>> = { TargetRequest: '5 not_found', HealthCheckRequest: '0 undefined' };

test('every field of every request message has a row, and no other has', () => {
  expect(Object.keys(rows).sort()).toEqual([...fields.keys()].sort());
});

describe.each([...fields])('%s', (name, number) => {
  const [message = ''] = name.split('.');
  const { good, bad, beside = Buffer.alloc(0) } = rows[name] as Row;
  const inner = (value: Value) => Buffer.concat([beside, field(number, value)]);

  test('passes what may stand there, and refuses what may not without a sandbox', async () => {
    for (const value of good) {
      expect(says(await send(message, inner(value), number))).toBe(passed[message] ?? '13 internal');
    }
    const isSolve = pathOf(message).endsWith('/Solve');
    expect(opened).toBe(isSolve ? good.length : 0);
    opened = 0;
    for (const value of bad) {
      expect(says(await send(message, inner(value), number))).toMatch(refusalOf(message));
    }
    expect(opened).toBe(0);
  });

  test('nonsense on the wire gets a status, and the next call is answered', async () => {
    for (const bytes of nonsense(number)) {
      const { status, errorCode } = await send(message, Buffer.concat([beside, bytes]), number);
      // 13 without a code of ours is grpc-js's own word for a message that cannot be decoded.
      expect([0, 3, 5, 7, 8, 13]).toContain(status);
      if (errorCode === 'internal') expect(opened).toBeGreaterThan(0);
    }
    expect(await rawUnary(session, '/grpc.health.v1.Health/Check', framed(Buffer.alloc(0)))).toMatchObject({
      status: 0,
    });
    expect(solver.service.context.admission).toMatchObject({ running: 0, waiting: 0 });
    expect(solver.service.context.inFlight.size).toBe(0);
  });
});

describe('a header', () => {
  const solve = '/astrogate.solver.v1.SolverService/Solve';
  const guesses = (count: number) =>
    Buffer.concat(Array.from({ length: count }, () => field(9, block(field(1, { wire: 0, bytes: Buffer.from([2]) })))));

  test('takes four guesses and not five, nor ten thousand', async () => {
    const withGuesses = (count: number) =>
      headerMessage(Buffer.concat([soundHeader(`guesses${count}`), guesses(count)]));
    expect(says(await rawUnary(session, solve, framed(withGuesses(4))))).toBe('13 internal');
    opened = 0;
    for (const count of [5, 10_000]) {
      expect(says(await rawUnary(session, solve, framed(withGuesses(count))))).toBe('3 invalid_request');
    }
    expect(opened).toBe(0);
  });

  test('has no field for an image, a command, a mount or a name: unknown ones are not seen', async () => {
    const unknown = Array.from({ length: 100 }, (_, i) =>
      field(10 + i, block('{"Privileged":true,"Binds":["/:/host"]}')),
    );
    const message = headerMessage(Buffer.concat([soundHeader('unknown'), ...unknown]));
    expect(says(await rawUnary(session, solve, framed(message)))).toBe('13 internal');
    expect(opened).toBe(1);
  });

  test('that is wrong is told by the name of its field, never by its value', async () => {
    const secret = 'value-of-the-attacker';
    const message = headerMessage(Buffer.concat([soundHeader('x', 1), field(1, block(`${secret} \u001b`))]));
    const { message: said } = await rawUnary(session, solve, framed(message));
    expect(said).toContain('jobId');
    expect(said).not.toContain(secret);
  });

  test('twice in one stream ends it', async () => {
    const { stream, ending } = rawCall(session, solve);
    stream.write(framed(headerMessage(soundHeader('', 1))));
    stream.end(framed(headerMessage(soundHeader('second'))));
    expect(says(await ending)).toBe('3 invalid_request');
    expect(opened).toBe(0);
  });
});
