// Dockerfiles and docker-compose.yml keep what the design promises of them. Every rule is shown a violation too.
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { mergeCompose, overlayViolations } from '../src/walls/compose-overlays.js';
import {
  type Compose,
  type ComposeService,
  dockerfileViolations,
  guardViolations,
  hardeningViolations,
  readCompose,
  separationViolations,
} from '../src/walls/image-walls.js';
import { readRepository, type SourceFile } from '../src/walls/source-file.js';

const files = readRepository(fileURLToPath(new URL('../../..', import.meta.url)));

describe('Dockerfiles', () => {
  const dockerfiles = files.filter(({ path }) => /(?:^|\/)(?:[^/]+\.)?Dockerfile$/.test(path));

  test('there is one per image, and all stand in deploy/images', () => {
    const paths = dockerfiles.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining(
        ['api', 'guard', 'nginx', 'sandbox', 'solver', 'vault'].map((name) => `deploy/images/${name}.Dockerfile`),
      ),
    );
    expect(paths.filter((path) => !path.startsWith('deploy/images/') && !path.includes('/test/'))).toEqual([]);
  });

  test('all keep the rules', () => {
    expect(dockerfiles.filter(({ path }) => path.startsWith('deploy/images/')).flatMap(dockerfileViolations)).toEqual(
      [],
    );
  });

  const good = [
    'ARG BASE_IMAGE=debian:bookworm-slim',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is a Dockerfile.
    'FROM ${BASE_IMAGE}',
    'RUN find / -xdev -type f -perm /6000 -exec chmod a-s {} + \\',
    ' && mkdir /app',
    'COPY app /app',
    'USER 65531:65531',
    'ENTRYPOINT ["/usr/local/bin/node", "/app/api.mjs"]',
  ].join('\n');
  const dockerfile = (text: string): SourceFile => ({ path: 'x.Dockerfile', text });

  test('a good one passes', () => {
    expect(dockerfileViolations(dockerfile(good))).toEqual([]);
  });

  test.each([
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is a Dockerfile.
    ['FROM ${BASE_IMAGE}', 'FROM debian:bookworm', 'FROM is not exactly ${BASE_IMAGE}'],
    ['debian:bookworm-slim', 'debian', 'BASE_IMAGE has no default with a tag'],
    ['bookworm-slim', 'latest', 'names the tag latest'],
    ['USER 65531:65531', 'USER node', 'USER is not numeric or is root'],
    ['USER 65531:65531', 'USER 0:0', 'USER is not numeric or is root'],
    ['USER 65531:65531', '', 'USER is not numeric or is root'],
    ['USER 65531:65531', 'USER 65531:65531\nCOPY more /app', 'changes files after USER'],
    ['["/usr/local/bin/node", "/app/api.mjs"]', 'node /app/api.mjs', 'ENTRYPOINT is not in exec form'],
    ['COPY app /app', 'ADD app.tar /app', 'uses ADD'],
    ['mkdir /app', 'curl https://example.org/x | sh', 'fetches by hand what no package manager checks'],
    ['mkdir /app', 'mkdir /app && chmod 777 /app', 'gives rights away'],
    ['chmod a-s', 'ls', 'leaves setuid files'],
    ['COPY app /app', 'COPY app /app\nENV API_TOKEN=x', 'carries a secret'],
  ])('"%s" instead of "%s" is refused', (was, is, complaint) => {
    expect(dockerfileViolations(dockerfile(good.replace(was, is)))).toContain(`x.Dockerfile: ${complaint}`);
  });
});

describe('docker-compose.yml', () => {
  const source = files.find(({ path }) => path === 'docker-compose.yml');
  const compose = () => readCompose(source as SourceFile);

  test('is there, with api and solver', () => {
    expect(source).toBeDefined();
    expect(Object.keys(compose().services)).toEqual(expect.arrayContaining(['api', 'solver']));
  });

  test('every service is hardened', () => {
    expect(hardeningViolations(compose())).toEqual([]);
  });

  test('the engine is reached by the solver alone, and the solver by the api alone', () => {
    expect(separationViolations(compose())).toEqual([]);
  });

  const changed = (change: (compose: Compose) => void) => {
    const copy = structuredClone(compose());
    change(copy);
    return [...hardeningViolations(copy), ...separationViolations(copy)];
  };
  const api = (more: object) => changed(({ services }) => Object.assign(services.api as object, more));
  const solver = (more: object) => changed(({ services }) => Object.assign(services.solver as object, more));

  test.each([
    ['privileged', api({ privileged: true }), 'api sets privileged'],
    ['a capability', solver({ cap_add: ['SYS_ADMIN'] }), 'solver sets cap_add'],
    ['the host network', solver({ network_mode: 'host' }), 'solver sets network_mode'],
    ['root', api({ user: '0:0' }), 'api sets user'],
    ['no dropped capabilities', api({ cap_drop: [] }), 'api keeps capabilities'],
    ['a writable image', api({ read_only: false }), 'api can write to its own image'],
    ['new privileges', solver({ security_opt: ['no-new-privileges:false'] }), 'solver may gain privileges'],
    ['unlimited processes', api({ pids_limit: undefined }), 'api has no limit of processes'],
    ['unlimited memory', api({ mem_limit: undefined }), 'api has no limit of memory'],
    ['the tag latest', api({ image: 'astrogate/api:latest' }), 'api runs the image astrogate/api:latest'],
    ['no tag', api({ image: 'astrogate/api' }), 'api runs the image astrogate/api'],
    ['a registry', api({ image: 'example.org/api:1' }), 'api runs the image example.org/api:1'],
    ['a password', api({ environment: { X_PASSWORD: 'x' } }), 'api has a secret in its environment'],
    ['the socket in the api', api({ volumes: ['/var/run/docker.sock:/s'] }), 'api knows the engine'],
    ['the engine by TCP', api({ environment: { DOCKER_HOST: 'tcp://engine:2375' } }), 'api knows the engine'],
    ['a directory of the host', api({ volumes: ['./data:/data'] }), 'api mounts a directory of the host'],
    ['a public port', api({ ports: ['8080:8080'] }), 'api listens to the world'],
    ['a port of the solver', solver({ ports: ['127.0.0.1:7443:7443'] }), 'solver publishes a port'],
    ['a way out for the solver', solver({ networks: ['rpc', 'edge'] }), 'solver has a network with a way out'],
    ['the default network', solver({ networks: [] }), 'solver is on the default network'],
  ])('refused: %s', (_, violations, complaint) => {
    expect(violations).toContain(complaint);
  });
});

describe('deploy/compose/hardened.yml', () => {
  const source = files.find(({ path }) => path === 'deploy/compose/hardened.yml');
  const overlay = () => readCompose(source as SourceFile);
  const changed = (change: (compose: Compose) => void) => {
    const copy = structuredClone(overlay());
    change(copy);
    const { guard } = copy.services;
    return [...hardeningViolations({ services: { guard: guard ?? {} } }), ...guardViolations(copy)];
  };
  const guard = (more: object) => changed(({ services }) => Object.assign(services.guard as object, more));
  const solver = (more: object) => changed(({ services }) => Object.assign(services.solver as object, more));

  test('the guard is hardened and alone has the socket', () => {
    expect(changed(() => {})).toEqual([]);
  });

  test.each([
    ['a network', guard({ network_mode: 'host' }), 'guard has a network'],
    ['the host network', guard({ network_mode: 'host' }), 'guard sets network_mode'],
    ['a port', guard({ ports: ['2375:2375'] }), 'guard publishes a port'],
    ['a capability', guard({ cap_add: ['SYS_ADMIN'] }), 'guard sets cap_add'],
    ['a directory of the host', guard({ volumes: ['/:/host'] }), 'guard mounts something else'],
    [
      'the socket in the solver',
      solver({ volumes: ['/run/docker.sock:/run/docker.sock'] }),
      'solver keeps the socket, or may replace that of the guard',
    ],
    [
      'a socket that the solver may replace',
      solver({ volumes: ['guard:/run/docker.sock'] }),
      'solver keeps the socket, or may replace that of the guard',
    ],
    ['the engine itself', solver({ environment: {} }), 'solver does not use the guard'],
  ])('refused: %s', (_, violations, complaint) => {
    expect(violations).toContain(complaint);
  });
});

describe('deploy/compose over docker-compose.yml', () => {
  const read = (path: string) => readCompose(files.find((file) => file.path === path) as SourceFile);
  const over = (...names: string[]) =>
    mergeCompose([read('docker-compose.yml'), ...names.map((name) => read(`deploy/compose/${name}.yml`))]);

  test.each([[['plain']], [['nginx']], [['plain', 'vault']], [['nginx', 'vault']]])('%j keeps the rules', (names) => {
    const merged = over(...names);
    expect([...hardeningViolations(merged), ...separationViolations(merged), ...overlayViolations(merged)]).toEqual([]);
  });

  test('in the hardened profile, too, targets are the same', () => {
    expect(overlayViolations(over('nginx', 'vault', 'hardened'))).toEqual([]);
  });

  const changed = (change: (services: Record<string, ComposeService>) => void) => {
    const merged = structuredClone(over('nginx', 'vault', 'hardened'));
    change(merged.services);
    return overlayViolations(merged);
  };
  const set = (name: string, more: object) =>
    changed((services) => Object.assign(services[name] as ComposeService, more));

  test.each([
    ['a port of the api beside nginx', set('api', { ports: ['127.0.0.1:1:1'] }), 'published by api, nginx'],
    ['a port of Vault', set('vault', { ports: ['127.0.0.1:1:1'] }), 'published by nginx, vault'],
    ['Vault on a network with a way out', set('vault', { networks: ['vault', 'edge'] }), 'vault has a way out'],
    ['the solver at Vault', set('solver', { networks: ['vault'] }), 'vault is reached by others than the api'],
    ['nginx with a socket', set('nginx', { volumes: ['state:/state'] }), 'nginx mounts more'],
    ['another label', set('nginx', { labels: {} }), 'nginx is not the target nginx'],
    ['the label of a target', set('api', { labels: { 'org.astrogate.target': 'x' } }), 'the api is a target'],
    ['a guard without targets', set('guard', { environment: {} }), 'guard and solver have other targets'],
  ])('refused: %s', (_, violations, complaint) => {
    expect(violations).toContain(complaint);
  });
});
