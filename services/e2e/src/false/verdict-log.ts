// Verdicts on disk, one a line, so that a run that was interrupted goes on where it was.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Verdict } from './verdict.js';

/** What verdicts of one log have in common. */
export interface LogHead {
  /** Time limit of a frame. */
  seconds: number;
  /** Image of the sandbox. */
  image: string;
}

export interface VerdictLog {
  /** Verdicts of earlier runs with the same head. */
  earlier: readonly Verdict[];
  add(verdict: Verdict): void;
}

/** Goes on with the log at `path` when its head is the same; begins a new one when not, or when `again`. */
export function openVerdictLog(path: string, head: LogHead, again: boolean): VerdictLog {
  const first = JSON.stringify(head);
  const [found, ...lines] = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  const goesOn = found === first && !again;
  // A line that was being written when the machine went down stands last and is not whole.
  const earlier = goesOn ? lines.flatMap(parsed) : [];
  writeFileSync(path, [first, ...earlier.map((verdict) => JSON.stringify(verdict)), ''].join('\n'));
  return { earlier, add: (verdict) => appendFileSync(path, `${JSON.stringify(verdict)}\n`) };
}

function parsed(line: string): Verdict[] {
  try {
    return [JSON.parse(line) as Verdict];
  } catch {
    return [];
  }
}
