// (d) The floor: the sandbox program as a warm process in a container that runs already and has no limits. No HTTP, no
// gRPC, no container to create.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type DockerCli, inheritedEnvironment } from '@astrogate/local';
import {
  EventDecoder,
  encodeJobHead,
  hintsSchema,
  limitsSchema,
  outcomeSchema,
  type SandboxOutcome,
} from '@astrogate/proto';
import { limitSeconds, type ScaleHint, type Way } from './way.js';

/** A sandbox is used once; here what the run before has left is taken away first. */
const program = ['sh', '-c', 'rm -rf /job/* && exec /opt/astrogate/node /opt/astrogate/sandbox.mjs'];

export function bareWay(cli: DockerCli, container: string): Way {
  return {
    name: 'bare',
    command: `docker exec -i CONTAINER ${program.slice(0, 2).join(' ')} '${program[2]}' (started before the clock), job frame on stdin, timed to the outcome frame`,
    async ready(picture, hint) {
      const args = ['exec', '--interactive', container, ...program];
      const env = { ...inheritedEnvironment(), DOCKER_HOST: cli.host };
      const child = spawn('docker', args, { env, stdio: ['pipe', 'pipe', 'ignore'] });
      const events = eventsOf(child.stdout);
      await events.next('ready');
      return async () => {
        child.stdin.write(encodeJobHead(jobHeader(hint), picture.bytes.length));
        child.stdin.write(picture.bytes);
        const outcome = outcomeSchema.parse(await events.next('outcome')) as SandboxOutcome;
        child.stdin.end();
        await once(child, 'close');
        return {
          solved: outcome.solution !== undefined,
          ...(outcome.solution && { pixelScale: outcome.solution.pixelScale }),
        };
      };
    },
  };
}

const jobHeader = (hint: ScaleHint | undefined) => ({
  hints: hintsSchema.parse(hint ? { scaleLow: hint.low, scaleHigh: hint.high } : {}),
  limits: limitsSchema.parse({ maxSeconds: limitSeconds }),
  maxPixels: 100_000_000,
  allowRaw: false,
});

/** Waits for events of one kind and passes over others. */
function eventsOf(stream: AsyncIterable<Buffer>) {
  async function* read() {
    const decoder = new EventDecoder();
    for await (const bytes of stream) yield* decoder.push(bytes);
  }
  const events = read();
  return {
    async next(kind: string): Promise<unknown> {
      for (;;) {
        const { value, done } = await events.next();
        if (done || !value) throw new Error(`the program ended before it said "${kind}"`);
        if (value.kind === kind) return JSON.parse(value.json.toString());
      }
    },
  };
}
