// Every value that may not stand in a field, sent to a real solver under the watch: nothing is created for it.
import { expect, jest, test } from '@jest/globals';
import { startAttackedSolver } from './attacked-solver.js';
import { type Row, rows } from './hostile-fields.js';
import { around, fields, pathOf, refusalOf, says } from './hostile-requests.js';
import { openSession, rawUnary } from './raw-call.js';
import { field, framed, type Value } from './wire.js';

// The machine may be busy with other tests.
jest.setTimeout(150_000);

test('refused values make no container, allowed ones none but sandboxes', async () => {
  await using solver = await startAttackedSolver({ SOLVER_TARGETS: 'absent=dev.example.role:nobody-has-this' });
  const session = await openSession(solver.port, solver.authority.cert, solver.apiIdentity);
  const send = async (name: string, number: number, value: Value) => {
    const [message = ''] = name.split('.');
    const { beside = Buffer.alloc(0) } = rows[name] as Row;
    const inner = Buffer.concat([beside, field(number, value)]);
    const ending = await rawUnary(session, pathOf(message), framed(around(message, inner, number)));
    return { said: says(ending), refusal: refusalOf(message) };
  };

  const created = await solver.settled();
  let refused = 0;
  for (const [name, number] of fields) {
    for (const value of rows[name]?.bad ?? []) {
      const { said, refusal } = await send(name, number, value);
      expect([name, said]).toEqual([name, expect.stringMatching(refusal)]);
      refused += 1;
    }
  }
  expect(refused).toBeGreaterThan(200);
  expect(await solver.harm()).toEqual([]);
  expect(solver.watch.created).toBe(created);

  // Those of the header alone: each costs a sandbox.
  for (const [name, number] of fields) {
    const [value] = rows[name]?.good ?? [];
    if (value && !/^(Hints|Guess|JobLimits)\./.test(name)) await send(name, number, value);
  }
  expect(solver.watch.created).toBeGreaterThan(created);
  session.destroy();
  expect(await solver.harm()).toEqual([]);
  expect(await solver.solvesStill()).toBe(true);
});
