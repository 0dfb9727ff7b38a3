// Where uploads are kept from the moment they have arrived until their job ends, by keys that any api can open. The
// rest of the api knows only this interface.
import type { Readable } from 'node:stream';
import type { SpooledUpload } from './upload-writer.js';

export interface Uploads {
  /** Keeps an upload that has arrived. Returns its key; the spool file is ours no longer. */
  keep(upload: SpooledUpload): Promise<string>;
  /** Its bytes, in chunks that fit a message to the solver. A key that is gone shows as an error of the stream. */
  open(key: string): Readable;
  /** One that is gone already is fine. */
  remove(key: string): Promise<void>;
  /** Keys of uploads that have not changed since `time`. */
  unchangedSince(time: Date): Promise<string[]>;
}
