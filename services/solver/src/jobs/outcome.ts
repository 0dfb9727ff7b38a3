// What is believed of a sandbox's answer, and what is said when there is none.
import {
  AstrogateError,
  type ErrorCode,
  errorTable,
  type OutcomeInit,
  outcomeSchema,
  progressSchema,
  type SandboxProgress,
} from '@astrogate/proto';
import { readJson } from './json.js';

const cardBytes = 80;
const fitsBlockBytes = 2880;
const maxWcsBytes = 65_536;

/** Failures that are outcomes of an attempt. Every other error ends the call with a status. */
const failureCodes: readonly ErrorCode[] = ['timeout', 'memory_limit', 'output_limit', 'solver_failed'];

/** The checked outcome; AstrogateError `solver_failed` when anything about it is wrong. */
export function readOutcome(json: Buffer): OutcomeInit {
  const { solution = null, notSolved = null, failure = null, picture = null, ...rest } = readJson(json, outcomeSchema);
  const outcome = { ...rest, notSolved, failure, picture };
  if (solution === null) return outcome;
  const header = readWcsHeader(solution.wcs.header);
  return { ...outcome, solution: { ...solution, wcs: { ...solution.wcs, header } } };
}

/** The checked progress event; AstrogateError `solver_failed` when anything about it is wrong. */
export function readProgress(json: Buffer): SandboxProgress {
  return readJson(json, progressSchema);
}

/** The outcome of an attempt that `error` ended. Throws `error` itself when it is none that ends an attempt. */
export function failureOutcome(error: unknown): OutcomeInit {
  if (!(error instanceof AstrogateError) || !failureCodes.includes(error.code)) throw error;
  return { failure: { code: error.code, message: errorTable[error.code].title, tried: [] }, timings: [] };
}

/** FITS cards from base64: whole blocks of printable ASCII with an END card. */
function readWcsHeader(base64: string): Buffer {
  const header = Buffer.from(base64, 'base64');
  const isWhole = header.length > 0 && header.length <= maxWcsBytes && header.length % fitsBlockBytes === 0;
  const isPrintable = header.every((byte) => byte >= 0x20 && byte <= 0x7e);
  if (!isWhole || !isPrintable || !hasEnd(header)) throw new AstrogateError('solver_failed');
  return header;
}

function hasEnd(header: Buffer): boolean {
  for (let at = 0; at < header.length; at += cardBytes) {
    if (header.toString('latin1', at, at + cardBytes).trimEnd() === 'END') return true;
  }
  return false;
}
