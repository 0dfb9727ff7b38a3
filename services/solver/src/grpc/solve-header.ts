// Checks a SolveHeader field by field. What passes is typed; what does not names the field and never repeats its value.
import {
  AstrogateError,
  headerGuessSchema,
  hintsSchema,
  identifierPattern,
  limitsSchema,
  mostHeaderGuesses,
  type SandboxJob,
  type SolveHeaderMessage,
} from '@astrogate/proto';
import { z } from 'zod';

export interface CheckedHeader {
  readonly jobId: string;
  readonly requestId: string;
  /** Empty: unknown. */
  readonly callerKey: string;
  readonly uploadBytes: number;
  readonly sha256: Buffer;
  readonly order: SandboxJob;
}

export interface HeaderLimits {
  readonly maxUploadBytes: number;
  readonly maxPixels: number;
  readonly allowRaw: boolean;
}

const identifier = z.string().regex(identifierPattern);
const shape = z.object({
  jobId: identifier,
  requestId: identifier,
  callerKey: z.literal('').or(identifier),
  uploadBytes: z.int().min(1),
  uploadSha256: z.instanceof(Buffer).refine((hash) => hash.length === 32),
  format: z.string().regex(/^IMAGE_FORMAT_(?!UNSPECIFIED$)[A-Z]+$/),
  hints: z.preprocess(withoutAbsent, hintsSchema),
  limits: z.preprocess(withoutAbsent, limitsSchema),
  guesses: z.array(z.preprocess(withoutAbsent, headerGuessSchema)).max(mostHeaderGuesses),
});

/** Throws AstrogateError `invalid_request` or `upload_too_large`. */
export function checkHeader(header: SolveHeaderMessage, limits: HeaderLimits): CheckedHeader {
  const parsed = shape.safeParse(header);
  if (!parsed.success) throw new AstrogateError('invalid_request', describe(parsed.error));
  const { jobId, requestId, callerKey, uploadBytes, uploadSha256: sha256, format } = parsed.data;
  const { hints, guesses, limits: jobLimits } = parsed.data;
  if (uploadBytes > limits.maxUploadBytes) throw new AstrogateError('upload_too_large');
  if (format === 'IMAGE_FORMAT_RAW' && !limits.allowRaw) {
    throw new AstrogateError('unsupported_format', 'Camera raw is switched off');
  }
  const { maxPixels, allowRaw } = limits;
  const order = { hints, guesses, limits: jobLimits, maxPixels, allowRaw };
  return { jobId, requestId, callerKey, uploadBytes, sha256, order };
}

/** proto-loader leaves absent optional fields out, says "_field" for those that are there, and null for no message. */
function withoutAbsent(message: unknown): unknown {
  const entries = Object.entries(message ?? {});
  return Object.fromEntries(entries.filter(([key, value]) => !key.startsWith('_') && value !== undefined));
}

function describe(error: z.ZodError): string {
  const [issue] = error.issues;
  const field = issue?.path.join('.') || 'header';
  return `Field ${field} of the header is wrong: ${issue?.message ?? 'not allowed'}`.slice(0, 300);
}
