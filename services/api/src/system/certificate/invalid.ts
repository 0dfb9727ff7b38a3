// The one error for a certificate that must not be installed. Nothing of a private key ever stands in it.
import { AstrogateError } from '@astrogate/proto';

/** `problems`: sentences without their full stop, at least one. */
export function invalidCertificate(problems: readonly string[], cause?: unknown): AstrogateError {
  return new AstrogateError('certificate_invalid', problems.join('; '), { cause });
}
