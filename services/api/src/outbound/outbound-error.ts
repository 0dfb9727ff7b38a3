// Why a request to the outside was not made, or not answered. Never shown to callers as it is: it would tell them what
// the api can reach.

/** Whether the same request may succeed later, without a change. */
const mayPassLater = {
  /** Not an http or https URL, or one with credentials. */
  bad_url: false,
  refused_port: false,
  /** An address of the name is not public. */
  refused_address: false,
  /** Too many redirects, to plain http, or of a body to another origin. */
  refused_redirect: false,
  /** The name has no address now. */
  unresolved: true,
  /** No connection, or one that broke, or TLS that does not hold. */
  unreachable: true,
  /** Silent for too long, or not at the end in time. */
  timeout: true,
  /** Headers or body are larger than allowed. */
  too_large: false,
} as const;

export type OutboundReason = keyof typeof mayPassLater;

export class OutboundError extends Error {
  override name = 'OutboundError';

  constructor(
    readonly reason: OutboundReason,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }

  get mayPassLater(): boolean {
    return mayPassLater[this.reason];
  }

  /** `error` itself when it is one of ours, else one for a connection that failed. */
  static from(error: unknown): OutboundError {
    if (error instanceof OutboundError) return error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'HPE_HEADER_OVERFLOW') return new OutboundError('too_large', 'The headers are too large');
    return new OutboundError('unreachable', 'The connection failed', { cause: error });
  }
}
