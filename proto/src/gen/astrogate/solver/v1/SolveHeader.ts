// Original file: proto/astrogate/solver/v1/solver.proto

import type { ImageFormat as _astrogate_solver_v1_ImageFormat, ImageFormat__Output as _astrogate_solver_v1_ImageFormat__Output } from '../../../astrogate/solver/v1/ImageFormat.js';
import type { Hints as _astrogate_solver_v1_Hints, Hints__Output as _astrogate_solver_v1_Hints__Output } from '../../../astrogate/solver/v1/Hints.js';
import type { JobLimits as _astrogate_solver_v1_JobLimits, JobLimits__Output as _astrogate_solver_v1_JobLimits__Output } from '../../../astrogate/solver/v1/JobLimits.js';
import type { Guess as _astrogate_solver_v1_Guess, Guess__Output as _astrogate_solver_v1_Guess__Output } from '../../../astrogate/solver/v1/Guess.js';
import type { Long } from '@grpc/proto-loader';

export interface SolveHeader {
  /**
   * The job, as the api names it: 1 to 64 characters of [A-Za-z0-9_-].
   */
  'jobId'?: (string);
  /**
   * The HTTP request or dispatch that caused the attempt: 1 to 64 characters of [A-Za-z0-9_-].
   */
  'requestId'?: (string);
  /**
   * Opaque name for whoever asked: 0 to 64 characters of [A-Za-z0-9_-]. Empty: unknown.
   */
  'callerKey'?: (string);
  /**
   * Size of the upload in bytes, 1 to the solver's configured limit (52428800 by default).
   */
  'uploadBytes'?: (number | string | Long);
  /**
   * SHA-256 of the upload, 32 bytes.
   */
  'uploadSha256'?: (Buffer | Uint8Array | string);
  /**
   * What the magic number of the upload says. The sandbox looks again and believes only itself.
   */
  'format'?: (_astrogate_solver_v1_ImageFormat);
  /**
   * What the caller says. Scale, width, position and parity start narrow trials, and a blind search follows, so that
   * a wrong one loses nothing; downsample, depth and tweak_order hold for every trial. Absent: nothing is known.
   */
  'hints'?: (_astrogate_solver_v1_Hints | null);
  /**
   * Limits of this attempt. Absent: the defaults.
   */
  'limits'?: (_astrogate_solver_v1_JobLimits | null);
  /**
   * What else may be true of the picture: 0 to 4, the best first. Each starts narrow trials of its own.
   */
  'guesses'?: (_astrogate_solver_v1_Guess)[];
}

export interface SolveHeader__Output {
  /**
   * The job, as the api names it: 1 to 64 characters of [A-Za-z0-9_-].
   */
  'jobId': (string);
  /**
   * The HTTP request or dispatch that caused the attempt: 1 to 64 characters of [A-Za-z0-9_-].
   */
  'requestId': (string);
  /**
   * Opaque name for whoever asked: 0 to 64 characters of [A-Za-z0-9_-]. Empty: unknown.
   */
  'callerKey': (string);
  /**
   * Size of the upload in bytes, 1 to the solver's configured limit (52428800 by default).
   */
  'uploadBytes': (number);
  /**
   * SHA-256 of the upload, 32 bytes.
   */
  'uploadSha256': (Buffer);
  /**
   * What the magic number of the upload says. The sandbox looks again and believes only itself.
   */
  'format': (_astrogate_solver_v1_ImageFormat__Output);
  /**
   * What the caller says. Scale, width, position and parity start narrow trials, and a blind search follows, so that
   * a wrong one loses nothing; downsample, depth and tweak_order hold for every trial. Absent: nothing is known.
   */
  'hints': (_astrogate_solver_v1_Hints__Output | null);
  /**
   * Limits of this attempt. Absent: the defaults.
   */
  'limits': (_astrogate_solver_v1_JobLimits__Output | null);
  /**
   * What else may be true of the picture: 0 to 4, the best first. Each starts narrow trials of its own.
   */
  'guesses': (_astrogate_solver_v1_Guess__Output)[];
}
