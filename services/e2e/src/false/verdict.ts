// What the product said about one frame, and about all of them. Pure.
import type { JobAnswer } from '../solve-jobs.js';
import type { FalseFrame } from './frames.js';

export interface Verdict {
  seed: number;
  kind: string;
  format: string;
  /** `false` is a solution of a picture that shows no sky; `broken` is a failure other than the time limit. */
  end: 'not solved' | 'time limit' | 'false' | 'broken';
  /** Trials that had begun, over all recipes. */
  trials: number;
  seconds: number;
  /** Of a false solution or a failure. */
  detail?: string;
}

export function verdictOn({ seed, kind, format }: Omit<FalseFrame, 'bytes'>, job: JobAnswer, seconds: number): Verdict {
  const base = { seed, kind, format, trials: job.tried.length, seconds };
  const { solution, failure } = job;
  if (solution) {
    const { log_odds, index, recipe, calibration } = solution;
    const { ra, dec, pixel_scale } = calibration;
    const detail = `log odds ${log_odds.toFixed(1)}, ${index}, ${recipe}, RA ${ra} Dec ${dec}, ${pixel_scale} arcsec/pixel`;
    return { ...base, end: 'false', detail };
  }
  if (job.status === 'not_solved') return { ...base, end: 'not solved' };
  if (failure?.code === 'timeout') return { ...base, end: 'time limit' };
  return { ...base, end: 'broken', detail: `${job.status}: ${failure?.code ?? ''} ${failure?.detail ?? ''}` };
}

export interface FalseReport {
  frames: number;
  false_solutions: number;
  broken: number;
  not_solved: number;
  time_limit: number;
  by_kind: Record<string, Record<Verdict['end'] | 'frames' | 'trials', number>>;
}

export function reportOf(verdicts: readonly Verdict[]): FalseReport {
  const count = (of: readonly Verdict[], end: Verdict['end']) => of.filter((verdict) => verdict.end === end).length;
  const kinds = Map.groupBy(verdicts, ({ kind }) => kind);
  const describe = (of: readonly Verdict[]) => ({
    frames: of.length,
    'not solved': count(of, 'not solved'),
    'time limit': count(of, 'time limit'),
    false: count(of, 'false'),
    broken: count(of, 'broken'),
    trials: of.reduce((sum, { trials }) => sum + trials, 0),
  });
  return {
    frames: verdicts.length,
    false_solutions: count(verdicts, 'false'),
    broken: count(verdicts, 'broken'),
    not_solved: count(verdicts, 'not solved'),
    time_limit: count(verdicts, 'time limit'),
    by_kind: Object.fromEntries([...kinds].map(([kind, of]) => [kind, describe(of)])),
  };
}

/** A Markdown table, one row per kind. */
export function falseTable({ by_kind }: FalseReport): string {
  const columns = ['frames', 'not solved', 'time limit', 'false', 'broken', 'trials'] as const;
  const rows = Object.entries(by_kind).map(([kind, of]) => [kind, ...columns.map((column) => String(of[column]))]);
  const head = ['kind', ...columns];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
