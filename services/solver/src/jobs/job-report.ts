// Collects what the one log line of an attempt says.
import { untrusted } from '@astrogate/common';
import type { OutcomeInit } from '@astrogate/proto';
import type { Sandbox } from '../sandbox/docker-sandbox.js';

type Mark = 'admitted' | 'opened' | 'uploaded' | 'ended';

export class JobReport {
  readonly #begun = performance.now();
  readonly #marks: Partial<Record<Mark, number>> = {};
  #sandbox: Sandbox | undefined;
  #outcome: OutcomeInit | undefined;

  mark(mark: Mark): void {
    this.#marks[mark] = Math.round(performance.now() - this.#begun);
  }

  opened(sandbox: Sandbox): void {
    this.#sandbox = sandbox;
    this.mark('opened');
  }

  ended(outcome: OutcomeInit): void {
    this.#outcome = outcome;
    this.mark('ended');
  }

  /** Fields for the log line. Marks are milliseconds since the header came. */
  fields(): Record<string, unknown> {
    const output = this.#sandbox?.output;
    return {
      ...describeOutcome(this.#outcome),
      atMs: this.#marks,
      sandboxId: this.#sandbox?.sandboxId,
      bytesOut: output?.stdoutBytes,
      ...(output?.stderrBytes ? { stderrBytes: output.stderrBytes, stderr: untrusted(output.stderrTail) } : {}),
    };
  }
}

function describeOutcome(outcome: OutcomeInit | undefined): Record<string, unknown> {
  if (!outcome) return {};
  if (outcome.failure) return { outcome: 'failure', code: outcome.failure.code };
  if (outcome.notSolved) return { outcome: 'not_solved' };
  const { recipe, hint, hintSource } = outcome.solution ?? {};
  return { outcome: 'solved', recipe, hint, hintSource };
}
