import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ContainerSpec, inspectDifferences } from '@astrogate/sandbox-spec';
import { expect, test } from '@jest/globals';
import { reviewedApiVersion as apiVersion } from '../src/sandbox/docker-engine.js';
import { baseImage } from './environment.js';
import { startSolver, until } from './solver-under-test.js';

/** Opens a sandbox of `solver` and inspects it while it runs. */
async function inspectLive(solver: Awaited<ReturnType<typeof startSolver>>): Promise<unknown> {
  const { sandboxes, engine } = solver.service.context;
  await using sandbox = await sandboxes.open('job', new AbortController().signal);
  return await engine.inspect(`astrogate-sandbox-${sandbox.sandboxId}`);
}

/** Keeps the spec that a solver builds, so that the test compares with what was really meant. */
function keeper() {
  const specs: ContainerSpec[] = [];
  const specFor = (_id: string, spec: ContainerSpec) => {
    specs.push(spec);
    return spec;
  };
  return { specs, specFor };
}

test('every field of a live sandbox equals the spec or stands in the table of engine defaults', async () => {
  const { specs, specFor } = keeper();
  await using solver = await startSolver({ overrides: { specFor } });
  const inspected = await inspectLive(solver);
  expect(inspectDifferences(inspected, specs[0] as ContainerSpec, apiVersion)).toEqual([]);
});

test('so does one with an index directory', async () => {
  const indexDir = mkdtempSync(join(tmpdir(), 'indexes-'));
  const { specs, specFor } = keeper();
  await using solver = await startSolver({ env: { SOLVER_INDEX_DIR: indexDir }, overrides: { specFor } });
  const inspected = await inspectLive(solver);
  expect(inspectDifferences(inspected, specs[0] as ContainerSpec, apiVersion)).toEqual([]);
  expect((inspected as { Mounts: unknown[] }).Mounts).toHaveLength(1);
  rmSync(indexDir, { recursive: true });
});

test('a sandbox that was weakened is reported, field by field', async () => {
  const { specs, specFor } = keeper();
  await using solver = await startSolver({
    overrides: {
      specFor: (id, spec) => {
        const { body } = specFor(id, spec);
        const HostConfig = {
          ...body.HostConfig,
          CapDrop: [],
          ReadonlyRootfs: false,
          CapAdd: ['NET_RAW'],
          PidsLimit: 0,
        };
        return { ...spec, body: { ...body, User: 'root', HostConfig } } as ContainerSpec;
      },
    },
  });
  const differences = inspectDifferences(await inspectLive(solver), specs[0] as ContainerSpec, apiVersion);
  expect(differences.map((difference) => difference.split(':')[0]).sort()).toEqual([
    'Config.User',
    'HostConfig.CapAdd',
    'HostConfig.CapDrop',
    'HostConfig.PidsLimit',
    'HostConfig.ReadonlyRootfs',
  ]);
});

test('inside, the settings have their effect', async () => {
  const probe = [
    'id -u',
    'grep -h CapBnd /proc/self/status',
    'grep -h NoNewPrivs /proc/self/status',
    'grep -h ^Seccomp: /proc/self/status',
    'ls /sys/class/net',
    'touch /x /etc/x /usr/x /opt/x 2>/dev/null; echo root=$?',
    'echo "echo run" >/tmp/x; chmod 700 /tmp/x; /tmp/x 2>/dev/null; echo exec=$?',
    'i=0; while [ $i -lt 5000 ]; do true 2>/dev/null >/job/$i || break; i=$((i+1)); done; [ $i -lt 4096 ]; echo inodes=$?',
    'head -c 300000000 /dev/zero 2>/dev/null >/tmp/big; echo size=$?',
    'ls /dev/shm 2>&1 | head -c 20; echo',
    'echo end',
  ].join('; ');
  await using solver = await startSolver({
    overrides: {
      specFor: (_id, { name, body }) => ({
        name,
        body: { ...body, Image: baseImage, Entrypoint: ['/bin/sh', '-c', `(${probe}) >&2; cat >/dev/null`] },
      }),
    },
  });
  await using sandbox = await solver.service.context.sandboxes.open('job', new AbortController().signal);
  const reading = (async () => {
    for await (const _ of sandbox.events());
  })();
  await until(async () => sandbox.output.stderrTail.includes('end'), 15_000);
  const said = sandbox.output.stderrTail;
  await sandbox.ending();
  await reading;
  expect(said).toMatch(/^65532\n/);
  expect(said).toContain('CapBnd:\t0000000000000000');
  expect(said).toContain('NoNewPrivs:\t1');
  expect(said).toContain('Seccomp:\t2');
  expect(said).toMatch(/\nlo\n/);
  expect(said).not.toContain('eth0');
  expect(said).toContain('root=1');
  expect(said).toMatch(/exec=126/);
  expect(said).toContain('inodes=0');
  expect(said).not.toContain('size=0');
}, 20_000);
