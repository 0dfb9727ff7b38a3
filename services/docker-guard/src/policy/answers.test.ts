import { encodeLabels, instanceLabel, owner, ownerLabel } from '@astrogate/sandbox-spec';
import { expect, test } from '@jest/globals';
import { reduceImage, reduceInfo, reduceInspection, reduceList, reduceVersion } from './answers.js';

test('of an inspection only the state is passed on', () => {
  const inspected = {
    Id: 'a',
    Name: '/x',
    Config: { Env: ['SECRET=1'] },
    HostConfig: { Binds: ['/'] },
    State: { Status: 'running', Running: true, OOMKilled: false, ExitCode: 0, StartedAt: 'x', Pid: 4, Health: {} },
  };
  expect(reduceInspection(inspected)).toEqual({
    Id: 'a',
    State: { Status: 'running', Running: true, OOMKilled: false, ExitCode: 0, StartedAt: 'x' },
  });
  expect(reduceInspection(null)).toEqual({ Id: undefined, State: {} });
});

test('of an image its id, labels and volumes', () => {
  expect(reduceImage({ Id: 'x', RepoTags: ['a'], Config: { Labels: { a: 'b' }, Env: ['S=1'] } })).toEqual({
    Id: 'x',
    Config: { Labels: { a: 'b' }, Volumes: null },
  });
});

test('of the engine what it can do, and no name, address or password', () => {
  const info = {
    ID: 'x',
    Name: 'host',
    HttpProxy: 'http://user:password@proxy',
    Labels: ['a'],
    MemoryLimit: true,
    SwapLimit: false,
    SecurityOptions: ['name=seccomp'],
    CgroupVersion: '2',
    DefaultRuntime: 'runc',
  };
  expect(reduceInfo(info)).toEqual({
    MemoryLimit: true,
    SwapLimit: false,
    SecurityOptions: ['name=seccomp'],
    CgroupVersion: '2',
    DefaultRuntime: 'runc',
  });
  expect(reduceVersion({ Version: '1', Platform: { Name: 'x' }, ApiVersion: '1.41' })).toEqual({
    Version: '1',
    ApiVersion: '1.41',
  });
});

test('of a list only what carries the label, with no other label', () => {
  const labels = encodeLabels({ instanceId: 'd'.repeat(32), expiresAt: new Date(0) });
  const sandbox = {
    Id: 'a',
    Names: [`/astrogate-sandbox-${'c'.repeat(32)}`],
    State: 'running',
    Created: 1,
    Command: 'x',
    Labels: { ...labels, secret: 'x' },
  };
  const foreign = { Id: 'b', Names: ['/b'], Labels: {} };
  const renamed = { ...sandbox, Names: ['/b'] };
  const { Id, Names, State, Created } = sandbox;
  const viewer = { instanceId: 'd'.repeat(32), now: new Date(0) };
  const sandboxes = { label: ownerLabel, value: owner };
  expect(reduceList([sandbox, foreign, renamed, null], sandboxes, viewer)).toEqual([
    { Id, Names, State, Created, Labels: labels },
  ]);
  const vault = { Id: 'v', Names: ['/vault'], State: 'running', Created: 1, Labels: { role: 'vault', secret: 'x' } };
  expect(reduceList([vault, foreign], { label: 'role', value: 'vault' }, viewer)).toEqual([
    { ...vault, Labels: { role: 'vault' } },
  ]);
  expect(reduceList({ message: 'x' }, { label: 'role', value: 'vault' }, viewer)).toEqual([]);
});

test("another solver's sandboxes are listed when they have expired, without a word on whose they are", () => {
  const labels = encodeLabels({ instanceId: 'e'.repeat(32), expiresAt: new Date(1) });
  const Names = [`/astrogate-sandbox-${'c'.repeat(32)}`];
  const theirs = { Id: 'a', Names, State: 'running', Created: 1, Labels: labels };
  const sandboxes = { label: ownerLabel, value: owner };
  for (const instanceId of ['d'.repeat(32), undefined]) {
    expect(reduceList([theirs], sandboxes, { instanceId, now: new Date(1) })).toEqual([]);
    const Labels = { ...labels, [instanceLabel]: '0'.repeat(32) };
    expect(reduceList([theirs], sandboxes, { instanceId, now: new Date(2) })).toEqual([{ Id: 'a', Names, Labels }]);
  }
});
