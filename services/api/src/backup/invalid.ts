// One way to say that an archive is refused. Pure. Nothing of what it holds gets into a message but names that are
// allowed in one.
import { AstrogateError } from '@astrogate/proto';

/** `why`: the end of the sentence "The backup cannot be used: …". */
export function invalid(why: string, cause?: unknown): AstrogateError {
  return new AstrogateError(
    'backup_invalid',
    `The backup cannot be used: ${why}`,
    cause === undefined ? undefined : { cause },
  );
}

/**
 * What a failure while an archive is read means: ours and those of the system (a disk, a connection) stay what they are,
 * anything else says that the archive is not one.
 */
export function readFailure(error: unknown, why: string): Error {
  if (error instanceof AstrogateError) return error;
  if (error instanceof Error && (error.name === 'AbortError' || 'syscall' in error))
    return AstrogateError.from(error, 'storage_unavailable');
  return invalid(why, error);
}
