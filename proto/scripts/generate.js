#!/usr/bin/env node
// Writes src/gen (types and descriptor) from the .proto files; with --check says whether it is up to date.
import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';

const home = fileURLToPath(new URL('..', import.meta.url));
const committed = join(home, 'src/gen');
const protoFiles = globSync(['astrogate/**/*.proto', 'grpc/**/*.proto'], { cwd: home }).sort();

/** Generates everything into `outDir`. */
function generate(outDir) {
  const genTypes = createRequire(import.meta.url).resolve('@grpc/proto-loader/build/bin/proto-loader-gen-types.js');
  mkdirSync(outDir, { recursive: true });
  const options = ['--longs=Number', '--enums=String', '--defaults', '--arrays', '--oneofs', '--includeComments'];
  const args = ['-I', home, ...options, '--grpcLib=@grpc/grpc-js', '--importFileExtension=.js', '-O', outDir];
  execFileSync(process.execPath, [genTypes, ...args, ...protoFiles], {
    cwd: home,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  for (const file of globSync('**/*.ts', { cwd: outDir })) {
    const path = join(outDir, file);
    writeFileSync(
      path,
      readFileSync(path, 'utf8')
        .replaceAll(home, 'proto/')
        .replace(/[ \t]+$/gm, ''),
    );
  }
  const root = new protobuf.Root();
  root.resolvePath = (_origin, target) => join(home, target);
  root.loadSync(protoFiles);
  const json = JSON.stringify(root.toJSON(), null, 1);
  writeFileSync(
    join(outDir, 'descriptor.ts'),
    `// Generated from the .proto files; do not edit.\nexport const descriptor: object = ${json};\n`,
  );
}

/** Relative path → content of every file below `dir`. */
function contents(dir) {
  const files = globSync('**/*.ts', { cwd: dir }).sort();
  return new Map(files.map((file) => [file, readFileSync(join(dir, file), 'utf8')]));
}

if (process.argv.includes('--check')) {
  const fresh = mkdtempSync(join(tmpdir(), 'astrogate-proto-'));
  try {
    generate(fresh);
    const want = contents(fresh);
    const have = contents(committed);
    const stale = [...new Set([...want.keys(), ...have.keys()])].filter((file) => want.get(file) !== have.get(file));
    if (stale.length > 0) {
      console.error(`proto/src/gen is out of date, run "npm run proto:gen": ${stale.join(', ')}`);
      process.exitCode = 1;
    }
  } finally {
    rmSync(fresh, { recursive: true });
  }
} else {
  rmSync(committed, { recursive: true, force: true });
  generate(committed);
}
