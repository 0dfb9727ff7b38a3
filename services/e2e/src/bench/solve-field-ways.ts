// (b) One `docker run` and (c) one `docker exec` of solve-field per picture: what self-hosted servers do today.
import type { DockerCli } from '@astrogate/local';
import { limitSeconds, type ScaleHint, type Way } from './way.js';

const solveField = ['solve-field', '-z', '2', '--no-plots', '--overwrite', '--cpulimit', String(limitSeconds)];
const pictures = '/pictures';

const argumentsFor = (hint: ScaleHint | undefined): string[] => [
  ...solveField.slice(1),
  ...(hint
    ? ['--scale-units', 'arcsecperpix', '--scale-low', String(hint.low), '--scale-high', String(hint.high)]
    : []),
  ...['--dir', '/tmp/out', '--new-fits', 'none'],
];

const isSolved = (output: Buffer): boolean => /: solved with index/.test(output.toString());

export function dockerRunWay(cli: DockerCli, image: string, directory: string): Way {
  const run = ['run', '--rm', '--volume', `${directory}:${pictures}:ro`, '--entrypoint', 'solve-field', image];
  return {
    name: 'docker_run',
    command: `docker run --rm --volume DIR:${pictures}:ro --entrypoint solve-field IMAGE ${argumentsFor(undefined).join(' ')} ${pictures}/NAME`,
    ready: async (picture, hint) => async () => {
      const output = await cli.run([...run, ...argumentsFor(hint), `${pictures}/${picture.name}`]);
      return { solved: isSolved(output) };
    },
  };
}

/** `container` runs already, with `directory` mounted. */
export function dockerExecWay(cli: DockerCli, container: string): Way {
  return {
    name: 'docker_exec',
    command: `docker exec CONTAINER solve-field ${argumentsFor(undefined).join(' ')} ${pictures}/NAME`,
    ready: async (picture, hint) => async () => {
      const output = await cli.run([
        'exec',
        container,
        'solve-field',
        ...argumentsFor(hint),
        `${pictures}/${picture.name}`,
      ]);
      return { solved: isSolved(output) };
    },
  };
}

/** A container without limits that only waits. `further`: options of `docker run` beside our own. */
export async function startIdleContainer(
  cli: DockerCli,
  image: string,
  directory: string,
  further: readonly string[] = [],
): Promise<string> {
  const args = ['run', '--detach', '--network', 'none', '--volume', `${directory}:${pictures}:ro`];
  const box = ['--tmpfs', '/job:rw,mode=0700,uid=65532,gid=65532', '--entrypoint', 'sleep', image, 'infinity'];
  return (await cli.run([...args, ...further, ...box])).toString().trim();
}
