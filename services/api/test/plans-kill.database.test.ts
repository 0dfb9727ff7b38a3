// `kill -9` at every step of a backup and of a restore, and of its taking back, on both databases, with the contract
// server in the place of Vault: the next api brings the job to the same end. The killed process runs the built api.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createVaultClient } from '../src/vault/vault-client.js';
import { databasePlaces, type StartedPlace } from '../test-support/database-places.js';
import { isFull } from '../test-support/environment.js';
import { initialise } from '../test-support/vault/operator.js';
import { startContractServer } from '../test-support/vault/vault-contract-server.js';

// Each row starts two processes, each of which opens the database.
jest.setTimeout(180_000);

const program = join(import.meta.dirname, '../test-support/backup-process.js');

const good = { schemas: 0, hasEachArchive: true, rest: [] };
const kept = ['manual good', 'manual good', 'safety good'];

interface Kind {
  readonly order: { kind: string; params: object };
  /** Whether a step fails after the swap, so that all is taken back. */
  readonly breaks: boolean;
  readonly run: readonly string[];
  readonly undo: readonly string[];
  /** Those in the middle of which something has had its effect. */
  readonly middles: readonly string[];
  readonly end: object;
  readonly secret: string;
}

const restoreSteps = [
  ...['verify', 'sweep', 'load', 'pause', 'safety-backup', 'verify-safety-backup', 'hold-safety-backup'],
  ...['restore-vault', 'restart-vault', 'unseal-vault', 'prove-vault', 'files', 'swap'],
];

const kinds: Record<string, Kind> = {
  backup: {
    order: { kind: 'backup', params: { kind: 'manual', app: true, vault: true } },
    breaks: false,
    run: ['sweep', 'make', 'verify', 'retention'],
    undo: [],
    middles: ['make', 'verify', 'retention'],
    end: { status: 'done', world: { ...good, jobs: ['new done'], backups: ['manual good'], uploads: 0 } },
    secret: 'new',
  },
  restore: {
    order: { kind: 'restore', params: { app: true, vault: true } },
    breaks: false,
    run: [...restoreSteps, 'check', 'forget-replaced'],
    undo: [],
    middles: [
      ...['verify', 'load', 'safety-backup', 'verify-safety-backup', 'hold-safety-backup', 'restore-vault'],
      ...['restart-vault', 'unseal-vault', 'files', 'swap', 'forget-replaced'],
    ],
    end: { status: 'done', world: { ...good, jobs: ['old queued'], backups: kept, uploads: 1 } },
    secret: 'old',
  },
  'restore that is taken back': {
    order: { kind: 'restore', params: { app: true, vault: true } },
    breaks: true,
    run: [],
    undo: [...restoreSteps].reverse(),
    middles: ['swap', 'restore-vault', 'hold-safety-backup'],
    // The upload is what any dead api leaves: it goes after an hour.
    end: { status: 'failed', world: { ...good, jobs: ['new done'], backups: kept, uploads: 1 } },
    secret: 'new',
  },
};

/** Steps that have something to undo. */
const undone = ['swap', 'restore-vault', 'hold-safety-backup', 'safety-backup', 'pause', 'load'];

interface Kill {
  readonly do: 'run' | 'undo';
  readonly step: string;
  readonly moment: string;
}

function killsOf({ run, undo, middles }: Kind): Kill[][] {
  const acts = [...run.map((step) => ['run', step] as const), ...undo.map((step) => ['undo', step] as const)];
  return acts.map(([what, step]) =>
    ['after begin', 'middle', 'before end']
      .filter((moment) => moment !== 'middle' || middles.includes(step))
      .map((moment) => ({ do: what, step, moment })),
  );
}

type Row = readonly [kind: string, name: string, kills: readonly Kill[]];

/** Each row of the full table is killed once, that of the short one in each step. */
const rows = Object.entries(kinds).flatMap(([kind, parts]): Row[] => {
  const kills = killsOf(parts);
  const through = kills
    .flatMap((moments, at) => moments[(at + 1) % moments.length] ?? [])
    .filter(({ do: what, step }) => what === 'run' || undone.includes(step));
  const name = ({ do: what, step, moment }: Kill) => `when it begins to ${what} ${step}, ${moment}`;
  return isFull
    ? kills.flat().map((kill) => [kind, name(kill), [kill]])
    : [[kind, 'in every step, one api after the other', through]];
});

interface Said {
  readonly id: number;
  readonly what: string;
  readonly value: unknown;
}

/** The contract server with our AppRole, and its container as a fake solver sees it. */
async function startVault(dir: string) {
  const vault = await startContractServer();
  const stranger = createVaultClient({ address: vault.address, ca: vault.ca, roleId: 'none', secretIdFile: dir });
  const patient = AbortSignal.timeout(45_000);
  await stranger.waitUntil('uninitialised', patient);
  const operator = await initialise(vault);
  await stranger.unseal(operator.keys);
  await stranger.waitUntil('active', patient);
  const place = await operator.makeAppRole(dir);
  await operator.write('old');
  let starts = 1;
  const look = () => ({ alias: 'vault', state: 'running', startedAt: new Date(starts * 1000).toISOString() });
  const acts: Record<string, () => Promise<unknown>> = {
    look: async () => look(),
    made: () => operator.write('new'),
    async restart() {
      await vault.stop();
      await vault.start();
      starts += 1;
      return look();
    },
  };
  return { vault, operator, place, acts };
}

/** The short form is for the cheaper of the two. */
const places = isFull ? databasePlaces : databasePlaces.filter(({ isHere }) => isHere).slice(-1);

for (const { name, isHere, start } of places) {
  const suite = isHere ? describe : describe.skip;
  suite(name, () => {
    let at: StartedPlace;
    beforeAll(async () => {
      at = await start();
    });
    afterAll(() => at.end());

    test.each(rows)('%s: killed %s: the same end', async (kind, _name, kills) => {
      const { order, breaks, end, secret } = kinds[kind] as Kind;
      const home = mkdtempSync(join(tmpdir(), 'astrogate-plan-'));
      const { vault, operator, place, acts } = await startVault(home);
      const parts = { place: at.place, home, vault: place, breaks, keys: operator.keys };
      const runProcess = async (more: object) => {
        const child = fork(program, [JSON.stringify({ ...parts, ...more })], {
          stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        });
        let said: unknown;
        child.on('message', async ({ id, what: wanted, value }: Said) => {
          if (wanted === 'end') said = value;
          const answer = await acts[wanted]?.();
          if (child.connected) child.send({ id, value: answer }, () => {});
        });
        return { exit: await once(child, 'exit'), said };
      };
      try {
        for (const [at, kill] of kills.entries()) {
          const killed = await runProcess({ ...(at === 0 && { order }), kill });
          expect(killed.exit).toEqual([null, 'SIGKILL']);
        }
        const next = await runProcess({});
        expect(next.said).toMatchObject(end);
        expect(await operator.read()).toBe(secret);
      } finally {
        await vault[Symbol.asyncDispose]();
        rmSync(home, { recursive: true, force: true });
      }
    });
  });
}
