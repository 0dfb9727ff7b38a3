// From runs to the figures of the report. Pure.
import type { Worst } from './load-watch.js';
import type { LoadRun } from './throughput.js';
import type { UploadRun } from './uploads.js';

export interface KindFigures {
  jobs: number;
  solved: number;
  jobs_per_second: number;
  bare_jobs_per_second: number;
  /** The service's throughput as a share of the bare program's. */
  throughput_ratio: number;
  /** Processor seconds of the program alone, per job. */
  program_cpu_seconds: number;
  /** Everything that the whole machine did beside the program, per job: container, api, solver, client. */
  overhead_cpu_seconds: number;
  api_cpu_seconds: number;
  solver_cpu_seconds: number;
  client_cpu_seconds: number;
  /** What is left: create, start, wait and remove in the engine, and whatever else the machine did. */
  engine_cpu_seconds: number;
}

const sum = (runs: readonly LoadRun[], of: (run: LoadRun) => number | undefined): number =>
  runs.reduce((total, run) => total + (of(run) ?? 0), 0);

/** Runs of one kind of job, the service's and the bare program's, over the same jobs. */
export function kindFigures(service: readonly LoadRun[], bare: readonly LoadRun[]): KindFigures {
  const jobs = sum(service, (run) => run.jobs);
  const bareJobs = sum(bare, (run) => run.jobs);
  const perSecond = (runs: readonly LoadRun[]) => sum(runs, (run) => run.jobs) / sum(runs, (run) => run.seconds);
  const program = sum(bare, (run) => run.programCpu) / bareJobs;
  const overhead = sum(service, (run) => run.machineCpu) / jobs - program;
  const [api, solver, client] = [
    sum(service, (run) => run.apiCpu) / jobs,
    sum(service, (run) => run.solverCpu) / jobs,
    sum(service, (run) => run.clientCpu) / jobs,
  ];
  return {
    jobs,
    solved: sum(service, (run) => run.solved),
    jobs_per_second: perSecond(service),
    bare_jobs_per_second: perSecond(bare),
    throughput_ratio: perSecond(service) / perSecond(bare),
    program_cpu_seconds: program,
    overhead_cpu_seconds: overhead,
    api_cpu_seconds: api,
    solver_cpu_seconds: solver,
    client_cpu_seconds: client,
    engine_cpu_seconds: overhead - api - solver - client,
  };
}

export interface LoadReport {
  blind: KindFigures & Worst;
  hinted: KindFigures & Worst;
  uploads: UploadRun & Worst;
}

export interface Goal {
  what: string;
  goal: string;
  measured: string;
  met: boolean;
}

const longest = (report: LoadReport, of: keyof Worst): number =>
  Math.max(...[report.blind, report.hinted, report.uploads].map((part) => part[of]));

/** The goals of the load, and what was measured. */
export function goalsOf(report: LoadReport): Goal[] {
  const { blind, hinted, uploads } = report;
  const growth = uploads.api_rss_growth_bytes;
  const delay = (who: 'api' | 'solver') => {
    const seconds = longest(report, `${who}_event_loop_p99_seconds`);
    const what = `event loop of the ${who}, worst p99`;
    return { what, goal: '< 50 ms', measured: `${(seconds * 1000).toFixed(1)} ms`, met: seconds < 0.05 };
  };
  return [
    {
      what: 'blind jobs: throughput against the bare program',
      goal: '≥ 0.90',
      measured: `${blind.throughput_ratio.toFixed(3)} (${blind.program_cpu_seconds.toFixed(2)} CPU-seconds a job)`,
      met: blind.throughput_ratio >= 0.9,
    },
    {
      what: 'hinted jobs: CPU-seconds beside the program, per job',
      goal: '≤ 0.2',
      measured: `${hinted.overhead_cpu_seconds.toFixed(3)}, ${hinted.engine_cpu_seconds.toFixed(3)} of it the engine's`,
      met: hinted.overhead_cpu_seconds <= 0.2,
    },
    {
      what: `${uploads.clients} uploads of ${(uploads.bytes_each / 1e6).toFixed(0)} MB at once: the api grows by`,
      goal: '< 64 MB',
      measured: `${(growth / 1e6).toFixed(1)} MB`,
      met: growth < 64e6,
    },
    delay('api'),
    delay('solver'),
  ];
}

/** Two Markdown tables: the goals, and the figures of the two kinds of jobs. */
export function loadTable(report: LoadReport): string {
  const goals = goalsOf(report).map(({ what, goal, measured, met }) => [what, goal, measured, met ? 'yes' : 'no']);
  const rows = (['blind', 'hinted'] as const).map((kind) => {
    const of = report[kind];
    const solved = `${of.solved} of ${of.jobs}`;
    const rates = [of.jobs_per_second, of.bare_jobs_per_second].map((rate) => rate.toFixed(2));
    const shares = [of.api_cpu_seconds, of.solver_cpu_seconds, of.client_cpu_seconds, of.engine_cpu_seconds];
    return [kind, solved, ...rates, of.program_cpu_seconds.toFixed(2), ...shares.map((share) => share.toFixed(3))];
  });
  const head = ['jobs', 'solved', 'jobs/s', 'bare jobs/s', 'program CPU s', 'api', 'solver', 'client', 'engine'];
  return [table(['', 'goal', 'measured', 'met'], goals), table(head, rows)].join('\n\n');
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
