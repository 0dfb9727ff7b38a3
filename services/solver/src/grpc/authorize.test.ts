import { adminService, healthService, opsService, solverService } from '@astrogate/proto';
import { expect, test } from '@jest/globals';
import { denial } from './authorize.js';
import { methods } from './methods.js';

const identities = { api: 'spiffe://astrogate/api', ops: 'spiffe://astrogate/ops' };
const paths = [solverService, adminService, opsService, healthService].flatMap((service) =>
  Object.values(service).map(({ path }) => path),
);
const ops = '/astrogate.ops.v1.OpsService';
const health = ['Check', 'Watch'].map((method) => `/grpc.health.v1.Health/${method}`);
const solving = ['Solve', 'GetCapacity', 'ListIndexes'].map((method) => `/astrogate.solver.v1.SolverService/${method}`);
const targetActs = ['ListTargets', 'RestartTarget', 'StopTarget', 'StartTarget', 'ReloadTarget'];
const administering = ['GetCapabilities', ...targetActs].map((method) => `/astrogate.admin.v1.AdminService/${method}`);

test('the table names every method of every service, and no other', () => {
  expect(Object.keys(methods).sort()).toEqual(paths.sort());
});

/** Who may call what, spelt out a second time. */
const allowed: Record<keyof typeof identities, string[]> = {
  api: [...solving, ...administering, ...health],
  ops: [
    ...solving,
    ...administering,
    ...['GetStatus', 'Drain', 'ListSandboxes', 'TailLogs'].map((method) => `${ops}/${method}`),
    ...health,
  ],
};

test.each(['api', 'ops'] as const)('%s may call its methods and no others', (caller) => {
  const open = paths.filter((path) => !denial({ path, identity: identities[caller], hasDeadline: true }, identities));
  expect(open.sort()).toEqual(allowed[caller].sort());
});

test.each([
  undefined,
  '',
  'api',
  'spiffe://astrogate/ap',
  'spiffe://astrogate/api2',
  'spiffe://astrogate/api/',
  ' spiffe://astrogate/api',
  'SPIFFE://astrogate/api',
  'spiffe://astrogate/*',
  'spiffe://astrogate/api, URI:spiffe://astrogate/ops',
  'x?spiffe://astrogate/api',
])('identity %j may call nothing', (identity) => {
  for (const path of paths) {
    expect(denial({ path, identity, hasDeadline: true }, identities)?.code).toBe('forbidden');
  }
});

test.each(['', '/', 'Solve', `${solving[0]}x`, `${solving[0]}/`, '__proto__', 'constructor'])(
  'nobody may call %j',
  (path) => {
    for (const identity of Object.values(identities)) {
      expect(denial({ path, identity, hasDeadline: true }, identities)?.code).toBe('forbidden');
    }
  },
);

test('only streams without an end may go without a deadline', () => {
  const open = paths.filter((path) =>
    Object.values(identities).some((identity) => !denial({ path, identity, hasDeadline: false }, identities)),
  );
  expect(open.sort()).toEqual([`${ops}/TailLogs`, '/grpc.health.v1.Health/Watch'].sort());
});
