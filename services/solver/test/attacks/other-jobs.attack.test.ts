// A taken-over api knows or guesses the ids of other jobs. It can neither join, nor watch, nor end them.
import { randomBytes } from 'node:crypto';
import { errorCodeTrailer, type SandboxInfoMessage } from '@astrogate/proto';
import { Metadata } from '@grpc/grpc-js';
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { ask, headerFor, openSolve } from '../solver-under-test.js';
import { type AttackedSolver, blankPicture, startAttackedSolver } from './attacked-solver.js';

// The machine may be busy with other tests.
jest.setTimeout(90_000);

let solver: AttackedSolver;
beforeAll(async () => {
  solver = await startAttackedSolver();
});
afterAll(async () => {
  await solver[Symbol.asyncDispose]();
});

const pnm = { format: 'IMAGE_FORMAT_PNM' } as const;

/** An attempt that holds a sandbox and waits for its upload. */
async function openVictim(jobId = randomBytes(8).toString('hex')) {
  const { call, accepted, settled, events } = openSolve(solver.api.solver);
  call.write({ header: headerFor(blankPicture, { ...pnm, jobId }) });
  await accepted;
  return {
    jobId,
    /** Whether it ends as if nobody had been there. */
    async finishes() {
      call.write({ chunk: blankPicture });
      call.end();
      await settled;
      return events.at(-1)?.outcome?.result === 'notSolved';
    },
  };
}

/** The attacker has a connection of its own. */
const attacker = () => solver.connect(solver.apiIdentity);
const codeOf = (error: { metadata: Metadata } | undefined) => error?.metadata.get(errorCodeTrailer)[0];
const leasedJobs = async () => {
  const { ops } = solver.ops;
  const { sandboxes } = await ask<object, { sandboxes: SandboxInfoMessage[] }>(ops.ListSandboxes as never, ops, {});
  return sandboxes.map(({ jobId }) => jobId).filter((jobId) => jobId !== '');
};

test('a second attempt of a job is refused as busy: it gets no sandbox, no event and no answer', async () => {
  const victim = await openVictim();
  const clients = attacker();
  for (let i = 0; i < 20; i += 1) {
    const { call, settled } = openSolve(clients.solver);
    call.write({ header: headerFor(blankPicture, { ...pnm, jobId: victim.jobId }) });
    const { events, error } = await settled;
    expect([events, codeOf(error)]).toEqual([[], 'busy']);
  }
  expect(await leasedJobs()).toEqual([victim.jobId]);
  expect(await victim.finishes()).toBe(true);
  clients.close();
  expect(await solver.harm()).toEqual([]);
});

test('cancelling refused attempts of a job does not cancel the job', async () => {
  const victim = await openVictim();
  const clients = attacker();
  const attempts = Array.from({ length: 30 }, () => {
    const { call, settled } = openSolve(clients.solver);
    call.write({ header: headerFor(blankPicture, { ...pnm, jobId: victim.jobId }) });
    call.cancel();
    return settled;
  });
  await Promise.all(attempts);
  clients.close();
  expect(await victim.finishes()).toBe(true);
  expect(await solver.harm()).toEqual([]);
});

test('cutting the connection ends the attempts that came by it, and no others', async () => {
  const victim = await openVictim();
  const clients = attacker();
  const own = openSolve(clients.solver);
  own.call.write({ header: headerFor(blankPicture, pnm) });
  await own.accepted;
  clients.close();
  own.call.cancel();
  await own.settled;
  expect(await victim.finishes()).toBe(true);
  expect(await solver.harm()).toEqual([]);
});

test("metadata that names another's job is not believed", async () => {
  const victim = await openVictim();
  const clients = attacker();
  const metadata = new Metadata();
  metadata.set('job-id', victim.jobId);
  metadata.set('request-id', 'test');
  const call = clients.solver.Solve(metadata, { deadline: Date.now() + 30_000 });
  const header = headerFor(blankPicture, pnm);
  const ended = new Promise((resolve) => call.on('error', resolve));
  const accepted = new Promise((resolve) => call.once('data', resolve));
  call.write({ header });
  await accepted;
  expect((await leasedJobs()).sort()).toEqual([victim.jobId, String(header.jobId)].sort());
  call.cancel();
  await ended;
  clients.close();
  expect(await victim.finishes()).toBe(true);
  expect(await solver.harm()).toEqual([]);
});

test('ids that differ in nothing one sees are different jobs', async () => {
  const victim = await openVictim('JOB-a');
  const { call, accepted, settled, events } = openSolve(solver.api.solver);
  call.write({ header: headerFor(blankPicture, { ...pnm, jobId: 'job-a' }) });
  await accepted;
  expect(events.map(({ event }) => event)).toEqual(['accepted']);
  call.cancel();
  await settled;
  expect(await victim.finishes()).toBe(true);
  expect(await solver.harm()).toEqual([]);
});
