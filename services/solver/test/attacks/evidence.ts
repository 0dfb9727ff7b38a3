// Writes down what an attack did with a control in place and without it, for the table that `npm run test:attacks` prints.
import { appendFileSync } from 'node:fs';
import { attackEvidenceFile } from '../environment.js';

export interface Evidence {
  /** Name of the test file without its endings. */
  readonly attack: string;
  /** The control that stops it. */
  readonly control: string;
  /** What was measured with every control in place. */
  readonly held: string;
  /** What was measured with this control taken away. */
  readonly weakened: string;
  /** What else stops it, as measured here or in the attack named in brackets; empty when nothing is known to. */
  readonly second?: string;
}

/** Call it after the assertions: what is written is true. */
export function record(evidence: Evidence): void {
  if (attackEvidenceFile) appendFileSync(attackEvidenceFile, `${JSON.stringify(evidence)}\n`);
}
