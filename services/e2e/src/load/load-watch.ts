// Looks at a stack from time to time while it is under load, and remembers the worst.
import type { Stack } from '@astrogate/local';
import { solverStatus } from '../ops-calls.js';
import { residentBytesOf } from './process-use.js';

export interface Worst {
  api_event_loop_p99_seconds: number;
  solver_event_loop_p99_seconds: number;
  api_rss_growth_bytes: number;
  solver_rss_growth_bytes: number;
  jobs_waiting: number;
  attempts_running: number;
}

/** How often the services are asked; their figures are of the last 30 to 60 seconds. */
const askMs = 1_000;
/** Memory comes and goes faster. */
const memoryMs = 25;

/** The worst while `act` ran, and what it returned. The stack must serve metrics. */
export async function watchLoad<T>(stack: Stack, act: () => Promise<T>): Promise<{ result: T; worst: Worst }> {
  const pids = { api: stack.api.pid, solver: stack.solver.pid };
  const before = { api: residentBytesOf(pids.api), solver: residentBytesOf(pids.solver) };
  const worst: Worst = {
    api_event_loop_p99_seconds: 0,
    solver_event_loop_p99_seconds: 0,
    api_rss_growth_bytes: 0,
    solver_rss_growth_bytes: 0,
    jobs_waiting: 0,
    attempts_running: 0,
  };
  const note = (name: keyof Worst, value: number) => {
    worst[name] = Math.max(worst[name], value);
  };
  const memory = setInterval(() => {
    note('api_rss_growth_bytes', residentBytesOf(pids.api) - before.api);
    note('solver_rss_growth_bytes', residentBytesOf(pids.solver) - before.solver);
  }, memoryMs);
  const look = async () => {
    const [metrics, status] = await Promise.all([readMetrics(stack), solverStatus(stack)]);
    note('api_event_loop_p99_seconds', metrics('astrogate_event_loop_delay_seconds{quantile="0.99"}'));
    note('jobs_waiting', metrics('astrogate_jobs_waiting'));
    note('solver_event_loop_p99_seconds', status.eventLoopDelay?.p99Seconds ?? 0);
    note('attempts_running', status.running);
  };
  // A look that fails is followed by others; the last one must not.
  const asking = setInterval(() => void look().catch(() => {}), askMs);
  try {
    const result = await act();
    await look();
    return { result, worst };
  } finally {
    clearInterval(memory);
    clearInterval(asking);
  }
}

/** The api's metrics by name and labels; NaN for what is not there. */
async function readMetrics({ api }: Stack): Promise<(name: string) => number> {
  const text = await (await fetch(`http://127.0.0.1:${api.ready.metricsPort}/metrics`)).text();
  const values = new Map(
    text.split('\n').map((line) => {
      const space = line.lastIndexOf(' ');
      return [line.slice(0, space), Number(line.slice(space + 1))] as const;
    }),
  );
  return (name) => values.get(name) ?? Number.NaN;
}
