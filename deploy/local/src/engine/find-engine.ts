// Which Docker Engine a development run uses, and who stops it.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePrivateDirectory, places } from '../places.js';
import { Advice, say, step } from '../step.js';
import { DockerCli } from './docker-cli.js';
import { ensureProgram } from './install.js';
import { startPrivateEngine } from './private-engine.js';

const systemHost = 'unix:///var/run/docker.sock';
const choiceFile = join(places.state, 'engine.json');

export interface Engine {
  cli: DockerCli;
  /** Ours: no bridge network, and nobody else uses it. */
  isPrivate: boolean;
  /** Ends it when it is ours. */
  stop(): Promise<void>;
}

/**
 * The engine that DOCKER_HOST names; else our private one when an earlier run chose it; else the system's; else a
 * private one, installed first when `mayInstall`. Throws Advice when there is none and none can be made.
 */
export async function findEngine(dockerHost: string | undefined, mayInstall: boolean): Promise<Engine> {
  if (dockerHost) {
    await ensureProgram('docker', 'docker.io', mayInstall);
    const cli = new DockerCli(dockerHost);
    if (!(await cli.answers())) throw new Advice(`no Docker Engine answers at DOCKER_HOST=${dockerHost}`);
    return { cli, isPrivate: false, stop: async () => {} };
  }
  const system = new DockerCli(systemHost);
  if (!chosePrivateBefore() && (await system.answers())) return { cli: system, isPrivate: false, stop: async () => {} };
  if (!places.isRoot) {
    throw new Advice(
      'no Docker Engine answers, and only root may start one here: start Docker and make its socket readable for you, ' +
        'set DOCKER_HOST, or run this as root',
    );
  }
  say(`  no Docker Engine answers at ${systemHost}: a private one is used, with its data in ${places.engine}`);
  await ensureProgram('dockerd', 'docker.io', mayInstall);
  await ensureProgram('docker', 'docker.io', mayInstall);
  const { cli, stop } = await step('Start a private Docker Engine', startPrivateEngine);
  makePrivateDirectory(places.state);
  writeFileSync(choiceFile, JSON.stringify({ engine: 'private' }));
  return { cli, isPrivate: true, stop };
}

function chosePrivateBefore(): boolean {
  try {
    return JSON.parse(readFileSync(choiceFile, 'utf8')).engine === 'private';
  } catch {
    return false;
  }
}
