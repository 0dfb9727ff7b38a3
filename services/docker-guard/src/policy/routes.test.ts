import { describe, expect, test } from '@jest/globals';
import { Denied } from '../denied.js';
import { findCall, type Grammar } from './routes.js';

const owners = { label: 'dev.astrogate.owner', value: 'astrogate-solver' };
const vault = { label: 'com.example.role', value: 'vault' };
const imageId = `sha256:${'5'.repeat(64)}`;
const grammar: Grammar = {
  apiVersion: '1.41',
  images: ['astrogate/sandbox:local', imageId],
  selectors: [owners, vault],
};
const id = 'a1'.repeat(32);
const find = (line: string) => {
  const [method = '', target = ''] = line.split(' ');
  return findCall(method, target, grammar);
};

describe('what the solver sends is found', () => {
  test.each([
    ['GET /version', { verb: 'version' }],
    ['GET /v1.41/_ping', { verb: 'ping' }],
    ['GET /v1.41/info', { verb: 'info' }],
    ['GET /v1.41/images/astrogate%2Fsandbox%3Alocal/json', { verb: 'image' }],
    [`GET /v1.41/images/${encodeURIComponent(imageId)}/json`, { verb: 'image' }],
    [
      'GET /v1.41/containers/json?all=true&filters=%7B%22label%22%3A%5B%22dev.astrogate.owner%3Dastrogate-solver%22%5D%7D',
      { verb: 'list', selector: owners },
    ],
    [
      'GET /v1.41/containers/json?all=true&filters=%7B%22label%22%3A%5B%22com.example.role%3Dvault%22%5D%7D',
      { verb: 'list', selector: vault },
    ],
    [
      `POST /v1.41/containers/create?name=astrogate-sandbox-${'c'.repeat(32)}`,
      { verb: 'create', sandboxId: 'c'.repeat(32) },
    ],
    [`POST /v1.41/containers/${id}/attach?stream=1&stdin=1&stdout=1&stderr=1`, { verb: 'attach', container: id }],
    [`POST /v1.41/containers/${id}/start`, { verb: 'start', container: id }],
    [`POST /v1.41/containers/${id}/wait?condition=not-running`, { verb: 'wait', container: id }],
    [`POST /v1.41/containers/${id}/kill?signal=KILL`, { verb: 'kill', container: id }],
    [`POST /v1.41/containers/${id}/kill?signal=HUP`, { verb: 'reload', container: id }],
    [`GET /v1.41/containers/${id}/json`, { verb: 'inspect', container: id }],
    [
      `GET /v1.41/containers/astrogate-sandbox-${'c'.repeat(32)}/json`,
      { verb: 'inspect', container: `astrogate-sandbox-${'c'.repeat(32)}` },
    ],
    [`DELETE /v1.41/containers/${id}?force=true&v=true`, { verb: 'remove', container: id }],
    [
      `DELETE /v1.41/containers/astrogate-sandbox-${'c'.repeat(32)}?force=true&v=true`,
      { verb: 'remove', container: `astrogate-sandbox-${'c'.repeat(32)}` },
    ],
    [`POST /v1.41/containers/${id}/stop?t=0`, { verb: 'stop', container: id, grace: '0' }],
    [`POST /v1.41/containers/${id}/restart?t=120`, { verb: 'restart', container: id, grace: '120' }],
  ])('%s', (line, call) => {
    expect(find(line)).toEqual(call);
  });
});

test.each([
  `POST /v1.41/containers/${id}/stop?t=121`,
  `POST /v1.41/containers/${id}/stop?t=00`,
  `POST /v1.41/containers/${id}/stop`,
  `POST /v1.41/containers/${id.slice(1)}/start`,
  `POST /v1.41/containers/${id}a/start`,
  `POST /v1.41/containers/astrogate-sandbox-${'c'.repeat(32)}/start`,
  'GET /v1.41/images/astrogate%2fsandbox%3alocal/json',
  'GET /v1.41/images/debian/json',
  'GET /v1.42/info',
  'GET /info',
  '',
])('not found: "%s"', (line) => {
  expect(() => find(line)).toThrow(Denied);
});
