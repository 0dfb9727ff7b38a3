// An end of the job that the caller may read: one of the codes a sandbox may answer with, and a sentence for people.
import type { SandboxFailureCode } from '@astrogate/proto/sandbox';

export class JobFailure extends Error {
  override name = 'JobFailure';

  constructor(
    readonly code: SandboxFailureCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The picture is damaged or its header is wrong. */
export const unreadable = (message: string, options?: ErrorOptions): JobFailure =>
  new JobFailure('image_unreadable', message, options);

/** It is no picture of a format that is read here. */
export const unsupported = (message: string): JobFailure => new JobFailure('unsupported_format', message);
