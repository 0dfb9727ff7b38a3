// What a solver says about itself, as lines for people.
import type {
  CapacityMessage,
  SandboxInfoMessage,
  StarIndexMessage,
  StatusMessage,
  TargetMessage,
} from '@astrogate/proto';
import { pairs, table } from './table.js';

export function statusLines(status: StatusMessage): string[] {
  const { engine, ended, eventLoopDelay: delay } = status;
  const ms = (seconds: number) => `${(seconds * 1000).toFixed(0)} ms`;
  return pairs(
    [
      ['State', word(status.state)],
      ['Version', status.version],
      ['Up', `${status.uptimeSeconds.toFixed(0)} s`],
      ['Instance', status.instanceId],
      ['Attempts', `${status.running} running, ${status.waiting} waiting, ${status.slots} slots`],
      ['Ended', ended ? `${ended.solved} solved, ${ended.notSolved} not solved, ${ended.failed} failed` : ''],
      ['Warm', `${status.warm} sandboxes`],
      ['Event loop', delay ? `p99 ${ms(delay.p99Seconds)}, longest ${ms(delay.maxSeconds)} late` : ''],
      ['Memory', `${(status.memoryBytes / 1e6).toFixed(0)} MB`],
      ['Sandbox image', status.sandboxImage],
      ['Engine', engine ? `${engine.version} (API ${engine.apiVersion}, ${engine.runtime})` : 'none'],
      ['Kernel', engine ? `${engine.kernel}, cgroup v${engine.cgroupVersion}` : ''],
    ],
    '',
  );
}

export function capacityLines(capacity: CapacityMessage): string[] {
  return pairs(
    [
      ['Running', `${capacity.running} of ${capacity.slots}`],
      ['Waiting', `${capacity.waiting} of ${capacity.maxWaiting}`],
      ['Accepting', capacity.accepting ? 'yes' : 'no'],
      ['Largest upload', `${capacity.maxUploadBytes} bytes`],
    ],
    '',
  );
}

/** Index files with their quad sizes; `scaleLow` and `scaleHigh` are arcminutes. */
export function indexLines(
  indexes: readonly Pick<StarIndexMessage, 'name' | 'scaleLow' | 'scaleHigh' | 'sizeBytes'>[],
): string[] {
  const rows = indexes.map((index) => [
    index.name,
    `${index.scaleLow}′ to ${index.scaleHigh}′`,
    `${(index.sizeBytes / 1e6).toFixed(1)} MB`,
  ]);
  return table(['INDEX', 'QUADS', 'SIZE'], rows, ['SIZE']);
}

export function targetLines(targets: readonly TargetMessage[]): string[] {
  const rows = targets.map((target) => [
    target.alias,
    word(target.state),
    target.startedAt,
    target.state === 'TARGET_STATE_EXITED' ? String(target.exitCode) : '',
  ]);
  return table(['TARGET', 'STATE', 'STARTED', 'EXIT CODE'], rows);
}

export function sandboxLines(sandboxes: readonly SandboxInfoMessage[]): string[] {
  const rows = sandboxes.map((box) => [box.sandboxId, box.state, box.createdAt, box.expiresAt, box.jobId]);
  return table(['SANDBOX', 'STATE', 'CREATED', 'EXPIRES', 'JOB'], rows);
}

/** "SOLVER_STATE_ENGINE_LOST" → "engine lost". */
export function word(constant: string): string {
  return constant
    .replace(/^(?:SOLVER_STATE|TARGET_STATE|PARITY|STAGE)_/, '')
    .replaceAll('_', ' ')
    .toLowerCase();
}
