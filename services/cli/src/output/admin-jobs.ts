// Admin jobs and backups for people. Pure.
import type { Backup, DryRun, SystemCertificate, SystemJob } from '../http/system.js';
import { pairs, table } from './table.js';

export function adminJobListLines(jobs: readonly SystemJob[]): string[] {
  return table(
    ['ID', 'KIND', 'STATUS', 'BEGUN', 'BY'],
    jobs.map(({ id, kind, status, created_at, actor }) => [id, kind, status, moment(created_at), actor]),
  );
}

export function adminJobLines(job: SystemJob): string[] {
  const facts: [string, string][] = [
    ['Status', job.status],
    ['Begun', `${moment(job.created_at)} by ${job.actor}`],
    ...(job.finished_at === null ? [] : ([['Ended', moment(job.finished_at)]] as [string, string][])),
    ...(job.backup_id === null ? [] : ([['Backup', job.backup_id]] as [string, string][])),
    ...(job.failure
      ? ([['Failed', `${job.failure.step}: ${job.failure.detail} (${job.failure.code})`]] as [string, string][])
      : []),
  ];
  const steps = table(
    ['  STEP', 'STATUS', 'SECONDS', 'WHAT WAS DONE'],
    job.steps.map(({ name, status, seconds, note, undone }) => [
      `  ${name}`,
      undone && status !== 'undone' ? `${status}, undone` : status,
      seconds === null ? '' : seconds.toFixed(1),
      note,
    ]),
    ['SECONDS'],
  );
  return [`${job.kind} ${job.id}`, ...pairs(facts), ...steps, ...(job.waiting ? waitingLines(job) : [])];
}

/** What the operator is to do. */
export function waitingLines({ id, waiting }: SystemJob): string[] {
  const commands = waiting?.commands ?? [];
  return [
    `The job waits for you: ${waiting?.why ?? ''}`,
    ...commands.map((command) => `  ${command}`),
    `then, unless it goes on by itself: astrogate admin continue ${id}`,
  ];
}

/** One line for every step that is not as it was, and what the job waits for. */
export function newLines(before: SystemJob | undefined, job: SystemJob): string[] {
  const steps = job.steps.flatMap((step, at) => {
    const { status, note, undone } = before?.steps[at] ?? { status: 'pending', note: '', undone: false };
    if (step.status === status && step.note === note && step.undone === undone) return [];
    // It was said while the step ran.
    const said = step.note === '' || step.note === note ? '' : ` (${step.note})`;
    return [`${step.name}: ${step.undone ? 'undone' : step.status}${said}`];
  });
  const isNewWait = job.waiting !== null && before?.waiting?.why !== job.waiting.why;
  return [...steps, ...(isNewWait ? waitingLines(job) : [])];
}

export function dryRunLines({ steps, point_of_no_return, effects }: DryRun): string[] {
  return [
    ...['Nothing was done.', ...effects, 'The job would do:'],
    ...steps.map(
      (name, at) => `  ${at + 1}. ${name}${name === point_of_no_return ? '  (from here on it cannot be undone)' : ''}`,
    ),
  ];
}

export function certificateLines(certificate: SystemCertificate): string[] {
  const { names, serial, fingerprint, valid_from, valid_to, days_left, from, served } = certificate;
  const whether = served === null ? 'nothing there speaks TLS' : served ? 'yes' : 'no, another one is';
  return [
    names.join(', '),
    ...pairs([
      ['Serial', serial],
      ['SHA-256', fingerprint],
      ['Valid', `${moment(valid_from)} to ${moment(valid_to)} (${days_left} days left)`],
      ['From', from === 'issue' ? 'issued here; renewed by itself' : 'uploaded; its owner renews it'],
      ['Served', whether],
    ]),
  ];
}

export function backupLines(backups: readonly Backup[]): string[] {
  return table(
    ['ID', 'MADE', 'KIND', 'STATE', 'PARTS', 'BYTES', 'BY'],
    backups.map((backup) => [
      ...[backup.id, moment(backup.made_at), backup.kind, backup.state, backup.parts.join(',')],
      ...[backup.bytes === null ? '' : String(backup.bytes), backup.made_by],
    ]),
    ['BYTES'],
  );
}

const moment = (text: string) => text.slice(0, 19).replace('T', ' ');
