// `astrogate ops …`: questions and orders straight to the solver, for those who hold an ops certificate.
import { userInfo } from 'node:os';
import type {
  CapacityMessage,
  SandboxInfoMessage,
  StarIndexMessage,
  StatusMessage,
  TargetMessage,
  TargetResponseMessage,
} from '@astrogate/proto';
import { Command } from 'commander';
import { type OpsDefaults, opsFromEnvironment } from '../config.js';
import { exitCodes } from '../exit-codes.js';
import { UnreachableFailure } from '../failure.js';
import { numberBetween, wholeBetween } from '../input/number.js';
import { connectSolver, type SolverClient } from '../ops/solver-client.js';
import { capacityLines, indexLines, sandboxLines, statusLines, targetLines, word } from '../output/ops.js';
import { snakeCase } from '../output/snake-case.js';
import type { CommandContext } from './context.js';

/** A healthy solver answers a question about itself in milliseconds. */
const questionSeconds = 10;
/** Beside the grace period of a target: the engine's own work, and a start that takes long. */
const actSeconds = 60;
/** A follower that is forgotten in some terminal ends by itself the next day. */
const followSeconds = 86_400;

type Connected = { [K in keyof OpsDefaults]?: string } & { json?: boolean };

/** The command group. */
export function opsCommand(context: CommandContext): Command {
  const group = new Command('ops').description('look after a solver, straight over gRPC with an ops certificate');

  const command = <Options extends Connected>(
    name: string,
    description: string,
    act: (client: SolverClient, options: Options, args: string[]) => Promise<void>,
  ) =>
    group
      .command(name)
      .description(description)
      .option('--address <host:port>', 'solver (default: ASTROGATE_OPS_ADDRESS, else localhost:7443)')
      .option('--ca <file>', 'authority of the inner channel, PEM (default: ASTROGATE_OPS_CA)')
      .option('--cert <file>', 'ops client certificate, PEM (default: ASTROGATE_OPS_CERT)')
      .option('--key <file>', 'key of that certificate, PEM (default: ASTROGATE_OPS_KEY)')
      .option('--json', 'print JSON')
      .action(async (...parameters: unknown[]) => {
        const self = parameters.at(-1) as Command;
        const options = self.opts<Options>();
        const { address, ca, cert, key } = { ...opsFromEnvironment(), ...options };
        const client = connectSolver({ address, ca, cert, key }, context.interrupted);
        try {
          await act(client, options, self.processedArgs as string[]);
        } finally {
          client.close();
        }
      });

  const show = <T>(options: Connected, answer: T, lines: (answer: T) => string[]) => {
    if (options.json) return context.output.line(JSON.stringify(snakeCase(answer)));
    for (const line of lines(answer)) context.output.line(line);
  };

  command('status', 'state, version, engine and load', async (client, options) => {
    const answer = await client.ask<StatusMessage>(questionSeconds, (...call) => client.ops.getStatus({}, ...call));
    show(options, answer, statusLines);
  });

  command('capacity', 'how many attempts run, wait and may', async (client, options) => {
    const answer = await client.ask<CapacityMessage>(questionSeconds, (...call) =>
      client.solver.getCapacity({}, ...call),
    );
    show(options, answer, capacityLines);
  });

  command('indexes', 'star indexes that sandboxes can use', async (client, options) => {
    const answer = await client.ask<{ indexes: StarIndexMessage[] }>(questionSeconds, (...call) =>
      client.solver.listIndexes({}, ...call),
    );
    show(options, answer, ({ indexes }) => indexLines(indexes));
  });

  command('targets', 'containers that admin jobs may act on', async (client, options) => {
    const answer = await client.ask<{ targets: TargetMessage[] }>(questionSeconds, (...call) =>
      client.admin.listTargets({}, ...call),
    );
    show(options, answer, ({ targets }) => targetLines(targets));
  });

  command<Connected & { grace: number }>(
    'restart',
    'restart the container of a target',
    async (client, options, [alias]) => {
      const request = {
        alias: alias as string,
        actor: actor(),
        requestId: client.requestId,
        graceSeconds: options.grace,
      };
      const answer = await client.ask<TargetResponseMessage>(options.grace + actSeconds, (...call) =>
        client.admin.restartTarget(request, ...call),
      );
      show(options, answer, ({ target, seconds }) => [
        `${request.alias} is ${word(target?.state ?? 'unknown')} (${seconds.toFixed(1)} s)`,
      ]);
    },
  )
    .argument('<alias>', 'a target of the solver, see `astrogate ops targets`')
    .option('--grace <seconds>', 'time between SIGTERM and SIGKILL', wholeBetween(0, 120), 10);

  command('sandboxes', 'sandboxes that exist now', async (client, options) => {
    const answer = await client.ask<{ sandboxes: SandboxInfoMessage[] }>(questionSeconds, (...call) =>
      client.ops.listSandboxes({}, ...call),
    );
    show(options, answer, ({ sandboxes }) => sandboxLines(sandboxes));
  });

  command<Connected & { maxSeconds: number }>(
    'drain',
    'take no new attempts and wait for the running ones; cannot be undone',
    async (client, options) => {
      const answer = await drain(client, options.maxSeconds);
      show(options, answer, ({ running }) => [running === 0 ? 'drained' : `${running} still running`]);
      if (answer.running > 0) context.exitCode = exitCodes.notSolved;
    },
  ).option('--max-seconds <seconds>', 'how long to wait', numberBetween(1, 600), 120);

  command<Connected & { lines: number; follow?: boolean }>(
    'logs',
    'log lines of the solver, one JSON object each',
    async (client, options) => {
      const request = { lines: options.lines, follow: options.follow === true };
      await client.listen(
        request.follow ? followSeconds : questionSeconds,
        (...call) => client.ops.tailLogs(request, ...call),
        ({ json }) => context.output.line(json),
      );
    },
  )
    .option('--lines <count>', 'lines to begin with', wholeBetween(0, 1000), 100)
    .option('--follow', 'go on with new lines until Ctrl-C');

  return group;
}

/** Attempts that still run when all have ended, or after `seconds`; the solver goes on draining then. */
async function drain(client: SolverClient, seconds: number): Promise<{ running: number }> {
  try {
    return await client.ask<{ running: number }>(seconds, (...call) => client.ops.drain({}, ...call));
  } catch (error) {
    // Also after a lost connection: the second question then fails in the same way.
    if (!(error instanceof UnreachableFailure)) throw error;
    const { running } = await client.ask<StatusMessage>(questionSeconds, (...call) =>
      client.ops.getStatus({}, ...call),
    );
    return { running };
  }
}

/** Who does it, for the audit line of the solver. */
function actor(): string {
  const name = userInfo().username.replace(/[^A-Za-z0-9_@.-]/g, '-');
  return `cli:${name}`.slice(0, 64);
}
