// Who gets in to a real solver. The whole matrix of wrong certificates and paths is in attacks/.
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { type Credentials, makeAuthority, makeLeaf } from './certificates.js';
import { ask, headerFor, inSeconds, openSolve, type SolverUnderTest, startSolver } from './solver-under-test.js';

const api = { type: 'url', value: 'spiffe://astrogate/api' } as const;
let solver: SolverUnderTest;
/** Attempts that reached the use case. */
let opened = 0;

beforeAll(async () => {
  const sandboxes = {
    open: async () => {
      opened += 1;
      throw new Error('reached');
    },
  };
  solver = await startSolver({ overrides: { sandboxes } });
});
beforeEach(() => {
  opened = 0;
});
afterAll(async () => {
  await solver[Symbol.asyncDispose]();
});

/** gRPC status of a Solve by a client with these credentials. */
async function solveAs(identity: Credentials): Promise<number | undefined> {
  const clients = solver.connect(identity);
  const { call, settled } = openSolve(clients.solver, inSeconds(5));
  call.write({ header: headerFor(Buffer.from('x')) });
  const { error } = await settled;
  clients.close();
  return error?.code;
}

test('the api gets in', async () => {
  expect(await solveAs(await makeLeaf(solver.authority, { names: [api] }))).toBe(13);
  expect(opened).toBe(1);
});

const permissionDenied = 7;
const notFound = 5;

test('whoever has another certificate does not', async () => {
  expect(await solveAs(await makeLeaf(solver.authority, { commonName: api.value }))).toBe(permissionDenied);
  expect(await solveAs(await makeLeaf(await makeAuthority(), { names: [api] }))).toBe(14);
  expect(opened).toBe(0);
});

test('a call without a deadline is refused, one with is served', async () => {
  const { call, settled } = openSolve(solver.api.solver, 'none');
  call.write({ header: headerFor(Buffer.from('x')) });
  expect((await settled).error).toMatchObject({ code: 3, details: 'The call has no deadline' });
  expect(opened).toBe(0);
});

test('health and ops stand behind the same table', async () => {
  const check = (client: unknown) =>
    ask((client as typeof solver.api.health).Check as never, client, { service: '' }).then(
      (answer) => (answer as { status: string }).status,
      (error) => error.code,
    );
  expect(await check(solver.api.health)).toBe('SERVING');
  expect(await check(solver.ops.health)).toBe('SERVING');
  const nobody = solver.connect(await makeLeaf(solver.authority, { commonName: 'nobody' }));
  expect(await check(nobody.health)).toBe(permissionDenied);
  nobody.close();
  const { ops } = solver.api;
  await expect(ask(ops.GetStatus as never, ops, {})).rejects.toMatchObject({ code: permissionDenied });
  await expect(ask(ops.Drain as never, ops, {})).rejects.toMatchObject({ code: permissionDenied });
  const { admin } = solver.ops;
  const unknown = { alias: 'x', actor: 'test', requestId: 'r' };
  await expect(ask(admin.RestartTarget as never, admin, unknown)).rejects.toMatchObject({ code: notFound });
  expect(solver.service.context.state.name).toBe('SERVING');
});
