// Installs Debian packages that are missing, without letting any of them start a system daemon.
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { places } from '../places.js';
import { hasProgram, runCommand } from '../run-command.js';
import { Advice, say, step } from '../step.js';

const policyFile = '/usr/sbin/policy-rc.d';

/**
 * Makes sure that `program` exists, by installing the Debian package `packageName`. Throws Advice when that is not
 * possible (not root, not Debian) or not wanted (`mayInstall` false).
 */
export async function ensureProgram(program: string, packageName: string, mayInstall: boolean): Promise<void> {
  if (!(await hasProgram(program))) await install(program, packageName, mayInstall);
}

/** Installs the Debian package `packageName`, which brings `what`. Throws Advice as `ensureProgram` does. */
export async function install(what: string, packageName: string, mayInstall: boolean): Promise<void> {
  const how = `install ${packageName} (Debian, Ubuntu: apt-get install ${packageName})`;
  if (!mayInstall) throw new Advice(`${what} is missing and --no-install was given: ${how}, then start again`);
  if (!places.isRoot || !existsSync('/usr/bin/apt-get'))
    throw new Advice(`${what} is missing: ${how}, then start again`);
  say(`  will install the Debian package ${packageName} and what it depends on; no system daemon will be started`);
  await step(`Install ${packageName}`, () => withoutDaemons(() => aptInstall(packageName)));
}

async function aptInstall(packageName: string): Promise<void> {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['apt-get', 'install', '-y', '--no-install-recommends', packageName];
  await runCommand(install, { env }).catch(async () => {
    await runCommand(['apt-get', 'update'], { env });
    await runCommand(install, { env });
  });
}

/** Debian's own switch: invoke-rc.d asks policy-rc.d, and 101 means "do not start". What stood there comes back. */
async function withoutDaemons(act: () => Promise<void>): Promise<void> {
  const before = existsSync(policyFile) ? readFileSync(policyFile) : undefined;
  writeFileSync(policyFile, '#!/bin/sh\nexit 101\n');
  chmodSync(policyFile, 0o755);
  try {
    await act();
  } finally {
    if (before) writeFileSync(policyFile, before);
    else rmSync(policyFile);
  }
}
