// What a bucket's refusal, or its silence, means. Pure. Nothing that the server says gets into a message.
import { ConfigError } from '@astrogate/common';
import { AstrogateError } from '@astrogate/proto';

/** Answers of S3-compatible servers whose place is used up. */
const full: ReadonlySet<string> = new Set(['QuotaExceeded', 'XMinioStorageFull', 'XMinioAdminBucketQuotaExceeded']);

/** What to mend after a refusal at start. The names are those of the S3 API's error table. */
const advice: Readonly<Record<string, string>> = {
  NoSuchBucket: 'API_S3_BUCKET names no bucket of that server',
  InvalidBucketName: 'API_S3_BUCKET is no name of a bucket for that server',
  InvalidAccessKeyId: 'API_S3_CREDENTIALS_FILE: the server does not know this access key',
  SignatureDoesNotMatch: 'API_S3_CREDENTIALS_FILE: the secret key is not the one of this access key',
  AccessDenied:
    'API_S3_CREDENTIALS_FILE: this access key may not list, write, read and remove objects in API_S3_BUCKET',
  AuthorizationHeaderMalformed: 'API_S3_REGION is not the region of that server',
  PermanentRedirect: 'API_S3_REGION is not the region of the bucket',
  RequestTimeTooSkewed: 'the clocks of this machine and of the bucket differ too much',
};

interface Refusal {
  readonly name?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
}

const statusOf = (error: unknown) => (error as Refusal | undefined)?.$metadata?.httpStatusCode;

/** `upload_lost` for an object that is not there, `storage_full`, else `storage_unavailable`; `internal` is our mistake. */
export function bucketFailure(error: unknown): AstrogateError {
  const name = (error as Refusal | undefined)?.name ?? '';
  const wrap = (code: 'upload_lost' | 'storage_full' | 'internal' | 'storage_unavailable') =>
    AstrogateError.from(error, code);
  if (name === 'NoSuchKey') return wrap('upload_lost');
  if (full.has(name) || statusOf(error) === 507) return wrap('storage_full');
  const isMistake = statusOf(error) === undefined && (error instanceof TypeError || error instanceof RangeError);
  return wrap(isMistake ? 'internal' : 'storage_unavailable');
}

/** Whether the same request may succeed a moment later: nobody answered, or the server had a fault of its own. */
export function mayPass(error: unknown): boolean {
  const status = statusOf(error);
  return status === undefined || status >= 500 || status === 408 || status === 429;
}

/** At start: what the operator has to mend, or the failure itself when it may pass. */
export function startFailure(error: unknown): ConfigError | AstrogateError {
  const { cause = error } = error as Error;
  const { name = '' } = cause as Refusal;
  if (mayPass(cause)) {
    const { code = name } = cause as NodeJS.ErrnoException;
    return new AstrogateError('storage_unavailable', `the server of API_S3_BUCKET cannot be used now (${code})`, {
      cause,
    });
  }
  const reason = Object.hasOwn(advice, name) ? advice[name] : undefined;
  return new ConfigError(reason ?? `API_S3_BUCKET cannot be used (HTTP status ${statusOf(cause)})`, { cause });
}
