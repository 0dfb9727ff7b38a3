// `astrogate health`: whether the server answers, and whether it would run a job now.
import type { Command } from 'commander';
import { ServerFailure } from '../failure.js';
import { readJson, request } from '../http/request.js';
import { problemJson } from '../output/problem.js';
import { pairs } from '../output/table.js';
import type { CommandContext } from './context.js';
import { type ServerOptions, serverCommand, serverOf, show } from './server-command.js';

const answerSeconds = 15;

interface Health {
  readonly status: string;
  readonly uptime_seconds: number;
  readonly version: string;
}

export function healthCommand(context: CommandContext): Command {
  return serverCommand('health', 'whether the server answers and can run jobs').action(
    async (options: ServerOptions) => {
      const server = serverOf(options);
      const health = await readJson(await request(server, '/health', { seconds: answerSeconds }), isHealth);
      const problem = await readiness(server);
      const answer = {
        ...health,
        ready: problem === undefined,
        ...(problem ? { error: problemJson(problem.problem) } : {}),
      };
      show(context, options, answer, () =>
        pairs(
          [
            ['Server', server],
            ['Status', health.status],
            ['Ready', problem ? `no: ${problem.message}` : 'yes'],
            ['Version', health.version],
            ['Up', `${health.uptime_seconds.toFixed(0)} s`],
          ],
          '',
        ),
      );
      if (problem) context.exitCode = problem.exitCode;
    },
  );
}

async function readiness(server: string): Promise<ServerFailure | undefined> {
  try {
    await request(server, '/readyz', { seconds: answerSeconds });
    return undefined;
  } catch (error) {
    if (error instanceof ServerFailure) return error;
    throw error;
  }
}

function isHealth(value: unknown): value is Health {
  const { status, version, uptime_seconds } = (value ?? {}) as Partial<Health>;
  return typeof status === 'string' && typeof version === 'string' && typeof uptime_seconds === 'number';
}
