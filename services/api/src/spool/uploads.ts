// Where uploads are kept from the moment they have arrived until their job ends, by keys that any api can open. The
// rest of the api knows only this interface.
import type { Readable } from 'node:stream';
import type { SpooledUpload } from './upload-writer.js';

export interface Uploads {
  /**
   * Keeps an upload that has arrived and returns its key. The spool file is ours no longer, also when this throws
   * `storage_unavailable` or `storage_full`.
   */
  keep(upload: SpooledUpload): Promise<string>;
  /**
   * Its bytes, in chunks that fit a message to the solver. Throws `upload_lost` when they are gone for good and
   * `storage_unavailable` when they cannot be had just now; an error of the stream means the latter.
   */
  open(key: string): Promise<Readable>;
  /** One that is gone already is fine. */
  remove(key: string): Promise<void>;
  /** Keys of uploads that have not changed since `time`, a bounded number at a time. */
  unchangedSince(time: Date): AsyncIterable<readonly string[]>;
  /** Rejects when no upload could be kept or opened now. */
  check(): Promise<void>;
  close(): void;
}
