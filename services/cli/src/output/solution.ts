// A job that has ended, as lines for people.
import { hasEnded, type Job, type Trial } from '../http/job.js';
import { formatDec, formatRa } from './sexagesimal.js';
import { pairs, table } from './table.js';

export function jobLines(job: Job, name = job.id): string[] {
  if (job.solution) return [`${name}: solved`, ...pairs(solutionPairs(job, job.solution))];
  if (job.status === 'not_solved') return [`${name}: not solved`, ...triedLines(job.tried), ...endPairs(job)];
  const { progress, failure } = job;
  const more = failure?.detail ?? (progress ? `${progress.stage}: ${progress.detail}` : undefined);
  return [`${name}: ${job.status}`, ...(more === undefined ? [] : [`  ${more}`]), ...endPairs(job)];
}

function solutionPairs(job: Job, solution: NonNullable<Job['solution']>): [string, string][] {
  const { calibration } = solution;
  return [
    ['Centre', `${calibration.ra.toFixed(5)} ${calibration.dec.toFixed(5)}  (RA, Dec in degrees, J2000)`],
    ['', `${formatRa(calibration.ra)} ${formatDec(calibration.dec)}`],
    ['Pixel scale', `${significant(calibration.pixel_scale)} arcsec/pixel`],
    ['Field', `${angle(calibration.field_width)} x ${angle(calibration.field_height)}`],
    ['Orientation', `${fixed(calibration.orientation, 2)} degrees east of north`],
    ['Parity', `${calibration.parity} (det CD ${calibration.parity === 'flipped' ? '>' : '<'} 0)`],
    ['Log odds', `${fixed(solution.log_odds, 1)}, ${solution.matched.length} stars matched`],
    ['Index', solution.index],
    ['Recipe', `${solution.recipe}, hint: ${hintName(solution)}`],
    ['Time', seconds(job)],
    ...webhookPairs(job),
    ['Job', job.id],
  ];
}

/** What was tried, one line each. */
export function triedLines(tried: readonly Trial[]): string[] {
  if (tried.length === 0) return [];
  const rows = tried.map((t) => [t.recipe, hintName(t), String(t.sources), `${t.seconds.toFixed(1)} s`, t.result]);
  return table(['Tried', 'hint', 'stars', 'time', 'result'], rows, ['stars', 'time']).map((line) => `  ${line}`);
}

/** Such as "scale (header)". */
function hintName({ hint, hint_source }: Pick<Trial, 'hint' | 'hint_source'>): string {
  return hint_source === 'none' ? hint : `${hint} (${hint_source})`;
}

function endPairs(job: Job): string[] {
  const time: [string, string][] = hasEnded(job) ? [['Time', seconds(job)]] : [];
  return pairs([...time, ...webhookPairs(job), ['Job', job.id]]);
}

/** How the delivery of the job's webhook stands, such as "hooks.example: pending, 2 attempts (status 503)". */
function webhookPairs({ webhook }: Job): [string, string][] {
  if (!webhook) return [];
  const { host, state, attempts, last_reason: reason } = webhook;
  const made = attempts === 0 ? '' : `, ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`;
  return [['Webhook', `${host}: ${state.replaceAll('_', ' ')}${made}${reason === null ? '' : ` (${reason})`}`]];
}

/** From the arrival of the upload to the end of the job. */
function seconds(job: Job): string {
  if (job.finished_at === null) return '';
  return `${((Date.parse(job.finished_at) - Date.parse(job.created_at)) / 1000).toFixed(1)} s`;
}

/** `degrees` in the unit that reads best. */
export function angle(degrees: number): string {
  return degrees < 1 ? `${significant(degrees * 60)} arcmin` : `${significant(degrees)} degrees`;
}

/** Four significant digits; more than a solution of a picture is good for. */
function significant(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** Without a "-0.00". */
function fixed(value: number, digits: number): string {
  return (Number(value.toFixed(digits)) + 0).toFixed(digits);
}
