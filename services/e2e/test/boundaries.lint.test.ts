// The walls of the design, held by reading sources, package.json files and the lockfile. Every rule is also shown a
// small violation, so that a rule that can no longer fail is noticed.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorTable } from '@astrogate/proto';
import { describe, expect, test } from '@jest/globals';
import { engineReach, environmentReaders, impureNames, networkWays, unusedCodes } from '../src/walls/code-walls.js';
import {
  computedImports,
  importedInOneFile,
  importsAcrossPackages,
  onlyAllowedImports,
  undeclaredImports,
} from '../src/walls/import-walls.js';
import { importsOf } from '../src/walls/imports.js';
import { knownInstallScripts } from '../src/walls/install-scripts.js';
import {
  installScriptChanges,
  type Lockfile,
  looseVersions,
  notOnceAtLeast,
  unpinned,
} from '../src/walls/package-walls.js';
import { forbiddenReach, readPackageGraph } from '../src/walls/reach.js';
import { isProductCode, readRepository, type SourceFile } from '../src/walls/source-file.js';
import { machinePaths, registryHosts } from '../src/walls/text-walls.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const files = readRepository(root);
const product = files.filter(isProductCode);
const below = (folder: string) => product.filter(({ path }) => path.startsWith(`${folder}/src/`));
const json = (path: string) => JSON.parse(files.find((file) => file.path === path)?.text ?? '{}');
const lock: Lockfile = json('package-lock.json');
const manifests = files.filter(({ path }) => /(?:^|\/)package\.json$/.test(path));
/** Packages of ours with product code: "services/api", "proto", … */
const packages = manifests
  .map(({ path }) => path.replace(/\/?package\.json$/, ''))
  .filter((at) => below(at).length > 0);

/** The development run also uses the tools of the whole repository. */
const declared = (home: string) => {
  const { dependencies } = json(`${home}/package.json`);
  return {
    dependencies: { ...dependencies, ...(home === 'deploy/local' ? json('package.json').devDependencies : {}) },
  };
};

const file = (text: string, path = 'services/api/src/x.ts'): SourceFile => ({ path, text });

test('the walls look at real sources', () => {
  expect(packages).toEqual(expect.arrayContaining(['proto', 'services/api', 'services/solver', 'services/cli']));
  for (const name of packages) expect(below(name).length).toBeGreaterThan(0);
});

describe('imports', () => {
  test('every way to import is seen', () => {
    const ways = file(`
      import a from 'a'; import type { B } from 'b/sub'; export * from 'c'; export { d } from '@d/d/e';
      import e = require('e'); const f = await import('f'); require('g'); require.resolve('h');
      createRequire(import.meta.url)('i'); createRequire(x).resolve('j'); let k: import('k').K; import 'l';
      const m = await import(name);`);
    expect(importsOf(ways)).toEqual([
      'a',
      'b/sub',
      'c',
      '@d/d/e',
      'e',
      'f',
      'g',
      'h',
      'i',
      'j',
      'k',
      'l',
      '(computed)',
    ]);
  });

  const docker = ['dockerode', 'docker-modem', 'ssh2'];
  const reaches: [string, string[]][] = [
    [
      'services/api',
      [...docker, '@astrogate/solver', '@astrogate/sandbox', '@astrogate/sandbox-spec', '@astrogate/local'],
    ],
    [
      'services/cli',
      [
        ...docker,
        '@astrogate/solver',
        '@astrogate/sandbox',
        '@astrogate/sandbox-spec',
        '@astrogate/local',
        '@astrogate/api',
      ],
    ],
    ['services/solver', ['@astrogate/api', '@astrogate/cli', '@astrogate/sandbox', '@astrogate/local', 'express']],
    [
      'services/docker-guard',
      [...docker, '@astrogate/solver', '@astrogate/api', '@astrogate/sandbox', '@astrogate/local', 'express'],
    ],
    ['services/sandbox', [...docker, '@astrogate/api', '@astrogate/solver', '@astrogate/common', '@astrogate/local']],
    [
      'services/common',
      [...docker, '@astrogate/api', '@astrogate/solver', '@astrogate/sandbox', '@astrogate/sandbox-spec', 'express'],
    ],
  ];

  test.each(reaches)('%s, with everything that it brings along, never reaches %j', (home, forbidden) => {
    const graph = readPackageGraph(join(root, home));
    expect(forbiddenReach(graph, json(`${home}/package.json`).name, forbidden)).toEqual([]);
  });

  test('the wall sees through other packages', () => {
    expect(
      forbiddenReach(readPackageGraph(join(root, 'services/solver')), '@astrogate/solver', ['docker-modem']),
    ).toEqual(['@astrogate/solver → dockerode → docker-modem']);
    const graph = new Map([
      ['a', ['b', 'a']],
      ['b', ['c']],
    ]);
    expect(forbiddenReach(graph, 'a', ['c', 'd'])).toEqual(['a → b → c']);
  });

  test.each(packages)('%s imports only what its package.json names, and other packages only by name', (home) => {
    const own = below(home);
    expect(undeclaredImports(own, declared(home))).toEqual([]);
    expect(importsAcrossPackages(own)).toEqual([]);
  });

  test('an undeclared import and one across packages are seen', () => {
    expect(undeclaredImports([file(`import x from 'dockerode/lib/x'`)], { dependencies: { zod: '4' } })).toHaveLength(
      1,
    );
    expect(importsAcrossPackages([file(`import x from '../../solver/src/x.js'`)])).toHaveLength(1);
    expect(importsAcrossPackages([file(`import x from '../../../proto/src/x.js'`)])).toHaveLength(1);
    expect(importsAcrossPackages([file(`import x from '../other.js'`, 'services/api/src/http/x.ts')])).toEqual([]);
  });

  test('no service computes what it imports', () => {
    const services = product.filter(({ path }) => /^(?:services|proto)\//.test(path));
    expect(computedImports(services)).toEqual([]);
    expect(computedImports([file('await import(process.argv[2])')])).toHaveLength(1);
  });

  test('dockerode is imported in one file, of the solver', () => {
    expect(importedInOneFile(product, 'dockerode')).toEqual([]);
    const importers = product.filter((source) => importsOf(source).includes('dockerode'));
    expect(importers.map(({ path }) => path)).toEqual([expect.stringMatching(/^services\/solver\/src\//)]);
    expect(
      importedInOneFile(
        [file(`import 'dockerode'`, 'a.ts'), file(`import type D from 'dockerode'`, 'b.ts')],
        'dockerode',
      ),
    ).toHaveLength(2);
  });

  test('grpc-js is imported in one file of the api', () => {
    expect(importedInOneFile(below('services/api'), '@grpc/grpc-js')).toEqual([]);
    const importers = below('services/api').filter((source) => importsOf(source).includes('@grpc/grpc-js'));
    expect(importers.map(({ path }) => path)).toEqual(['services/api/src/rpc/channel.ts']);
    expect(
      importedInOneFile([file(`import '@grpc/grpc-js'`), file(`await import('@grpc/grpc-js/x')`)], '@grpc/grpc-js'),
    ).toHaveLength(2);
  });

  test('the S3 library is imported in one file of the api, which is loaded only where a bucket is used', () => {
    const importers = product.filter((source) => importsOf(source).some((name) => /^@(?:aws-sdk|smithy)\//.test(name)));
    expect(importers.map(({ path }) => path)).toEqual(['services/api/src/spool/bucket.ts']);
    const atOnce = below('services/api').filter(({ text }) => /^import (?!type).*\/bucket\.js'/m.test(text));
    expect(atOnce).toEqual([]);
  });

  test('sandbox-spec imports nothing, proto its loader and zod, common little', () => {
    const forProto = (specifier: string, path: string) =>
      (specifier === 'zod' && path === 'proto/src/sandbox-protocol.ts') ||
      (specifier === '@grpc/proto-loader' && /^proto\/src\/(?:load\.ts|gen\/)/.test(path)) ||
      // Types of clients and handlers only: the generated files say "import type".
      (specifier === '@grpc/grpc-js' && path.startsWith('proto/src/gen/'));
    expect(onlyAllowedImports(below('services/sandbox-spec'), () => false)).toEqual([]);
    expect(onlyAllowedImports(below('proto'), forProto)).toEqual([]);
    expect(
      onlyAllowedImports(below('services/common'), (name) => /^(?:node:|pino$|@grpc\/grpc-js$)/.test(name)),
    ).toEqual([]);
    const generated = below('proto').filter(({ path }) => path.includes('/gen/'));
    expect(generated.filter(({ text }) => /import (?!type)[^;]*@grpc/.test(text))).toEqual([]);
    expect(onlyAllowedImports([file(`import 'node:fs'`)], () => false)).toHaveLength(1);
  });
});

describe('code', () => {
  test('process.env is read in config.ts alone', () => {
    expect(environmentReaders(product)).toEqual([]);
  });

  test.each([
    'const port = process.env.PORT;',
    'const port = globalThis.process.env.PORT;',
    `const port = process['env'].PORT;`,
    'const { env } = process;',
    `import { env } from 'node:process';`,
    'f({ ...process.env });',
  ])('seen as a reader of the environment: %s', (text) => {
    expect(environmentReaders([file(text)])).toHaveLength(1);
    expect(environmentReaders([file(text, 'services/api/src/config.ts')])).toEqual([]);
  });

  test('sandbox-spec and proto are pure', () => {
    expect(impureNames([...below('services/sandbox-spec'), ...below('proto')])).toEqual([]);
    expect(impureNames([file('process.exit(1)'), file(`fetch('x')`), file('globalThis.x = 1')])).toHaveLength(3);
    expect(impureNames([file('const x = { process: 1 }; x.process;')])).toEqual([]);
  });

  test('the api opens connections of its own in outbound/ alone, and to the configured Vault and TLS server', () => {
    // A UNIX socket in the state directory, which says whether another process has it.
    const lock = 'services/api/src/storage/directory-lock.ts';
    const vault = 'services/api/src/vault/vault-way.ts';
    // It looks at a certificate and sends nothing.
    const served = 'services/api/src/system/certificate/served.ts';
    const others = below('services/api').filter(
      ({ path }) => !path.startsWith('services/api/src/outbound/') && ![lock, vault, served].includes(path),
    );
    expect(networkWays(others)).toEqual([]);
    expect(networkWays(below('services/api'))).not.toEqual([]);
    const policies = below('services/api').filter(({ text }) => /create(?:FetchPublic|Outbound)\(/.test(text));
    expect(policies.map(({ path }) => path).toSorted()).toEqual([
      'services/api/src/outbound/fetch-public.ts',
      'services/api/src/outbound/outbound.ts',
    ]);
  });

  test.each([
    `import { request } from 'node:http';`,
    `import { createServer, get as read } from 'http';`,
    `import https from 'node:https';`,
    `import * as net from 'node:net';`,
    `import { connect } from 'node:tls';`,
    `import { fetch } from 'undici';`,
    `await fetch('http://x');`,
    `new WebSocket('ws://x');`,
  ])('seen as a way to the network: %s', (text) => {
    expect(networkWays([file(text)])).toHaveLength(1);
    expect(
      networkWays([file(`import { createServer, type Server } from 'node:http'; const { fetch } = parts;`)]),
    ).toEqual([]);
  });

  test('the solver asks the engine for the life of containers and nothing else', () => {
    expect(engineReach(below('services/solver'))).toEqual([]);
  });

  test.each([
    `create({ HostConfig: { Binds: ['/:/host'] } });`,
    'spec.HostConfig.Privileged = true;',
    `spec['Mounts'] = [];`,
    `container.putArchive(bytes, { path: '/' });`,
    'await container.getArchive({});',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: this is source code to look at.
    'request(`/containers/${id}/exec`);',
    `request('/v1.41/build');`,
    `import Docker from 'dockerode'; container.exec({ Cmd: ['sh'] });`,
  ])('seen as more than that: %s', (text) => {
    expect(engineReach([file(text)])).toHaveLength(1);
  });

  test('the guard needs Node.js and two packages of ours', () => {
    const own = /^(?:node:(?:fs|http|net|stream|timers\/promises)|@astrogate\/(?:common|sandbox-spec))$/;
    expect(onlyAllowedImports(below('services/docker-guard'), (name) => own.test(name))).toEqual([]);
  });

  test('every code of the error table is given somewhere', () => {
    const givers = product.filter(({ path }) => /^services\/(?:api|solver|sandbox|common|docker-guard)\//.test(path));
    expect(unusedCodes(givers, Object.keys(errorTable))).toEqual([]);
    expect(unusedCodes([file(`throw new AstrogateError('busy')`)], ['busy', 'timeout'])).toEqual([
      'no code gives timeout',
    ]);
  });
});

describe('what is committed', () => {
  const published = files.filter(({ path }) =>
    /^(?:deploy|services|docs|proto)\/|^[^/]+\.(?:md|yml|json|js)$/.test(path),
  );

  test('no file names a path of one machine or a registry', () => {
    expect(machinePaths(published)).toEqual([]);
    expect(registryHosts(published)).toEqual([]);
  });

  test('such names are seen', () => {
    // Put together, so that this file holds none itself.
    for (const path of ['/work' + '/main/x', 'in /home' + '/jane/y', '"/root' + '/.ssh"'])
      expect(machinePaths([file(path)])).toHaveLength(1);
    for (const host of ['https://registry' + '.npm' + 'js.org/x', 'FROM docker' + '.io/library/debian'])
      expect(registryHosts([file(host)])).toHaveLength(1);
    expect(machinePaths([file('/opt/astrogate /var/lib/astrogate /home/node/app a/root/b')])).toEqual([]);
    expect(registryHosts([file('apt-get install docker.io')])).toEqual([]);
  });

  test('every version is exact', () => {
    expect(looseVersions(manifests)).toEqual([]);
    const loose = {
      dependencies: { a: '^1.0.0', b: '1.0.0', c: '*', '@astrogate/d': '*' },
      devDependencies: { e: 'latest' },
    };
    expect(looseVersions([file(JSON.stringify(loose))])).toHaveLength(3);
  });

  test('the lockfile pins by hash and names no place', () => {
    expect(unpinned(lock)).toEqual([]);
    expect(unpinned({ packages: { '': {}, 'node_modules/a': { version: '1.0.0' } } })).toHaveLength(1);
    const native = { version: '1.0.0', optional: true, os: ['linux'], cpu: ['x64'] };
    expect(unpinned({ packages: { 'node_modules/a': native } })).toHaveLength(1);
    expect(unpinned({ packages: { 'node_modules/a': { ...native, os: ['darwin'] } } })).toEqual([]);
    expect(unpinned({ packages: { 'node_modules/a': { integrity: 'sha512-x', resolved: 'https://x' } } })).toHaveLength(
      1,
    );
  });

  test('a weak hash is no hash', () => {
    expect(unpinned({ packages: { 'node_modules/a': { integrity: 'sha1-x' } } })).toHaveLength(1);
    expect(unpinned({ packages: { 'node_modules/a': { integrity: 'sha512-x' } } })).toEqual([]);
  });

  test('no install script runs, and every package that brings one is known with its reason', () => {
    expect(files.find(({ path }) => path === '.npmrc')?.text).toMatch(/^ignore-scripts=true$/m);
    expect(installScriptChanges(lock, knownInstallScripts)).toEqual([]);
    const script = {
      packages: { 'node_modules/a/node_modules/@b/c': { hasInstallScript: true }, 'node_modules/d': {} },
    };
    expect(installScriptChanges(script, { d: 'had one' })).toEqual(['@b/c has an install script', 'd has none']);
  });

  test('there is one grpc-js, and it and multer are new enough', () => {
    expect(notOnceAtLeast(lock, '@grpc/grpc-js', '1.14.5')).toEqual([]);
    expect(notOnceAtLeast(lock, 'multer', '2.3.0')).toEqual([]);
    const two = {
      packages: { 'node_modules/a': { version: '2.0.0' }, 'node_modules/b/node_modules/a': { version: '1.0.0' } },
    };
    expect(notOnceAtLeast(two, 'a', '1.0.0')).toHaveLength(1);
    expect(notOnceAtLeast({ packages: { 'node_modules/a': { version: '1.14.4' } } }, 'a', '1.14.5')).toHaveLength(1);
    expect(notOnceAtLeast({ packages: { 'node_modules/a': { version: '1.9.9' } } }, 'a', '1.14.5')).toHaveLength(1);
  });
});
