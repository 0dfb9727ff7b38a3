// FakeUploads: uploads in memory, apart from the spool as in a bucket. It can be told to be away, and to break off.
import { readFile, unlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { Readable } from 'node:stream';
import { AstrogateError } from '@astrogate/proto';
import type { SpooledUpload } from '../src/spool/upload-writer.js';
import type { Uploads } from '../src/spool/uploads.js';

export class FakeUploads implements Uploads {
  readonly kept = new Map<string, Buffer>();
  isAway = false;
  /** Streams that still break after their first byte. */
  breaks = 0;
  opened = 0;

  async keep({ path }: SpooledUpload): Promise<string> {
    const bytes = await readFile(path);
    await unlink(path);
    await this.check();
    this.kept.set(basename(path), bytes);
    return basename(path);
  }

  async open(key: string): Promise<Readable> {
    this.opened += 1;
    await this.check();
    const bytes = this.kept.get(key);
    if (!bytes) throw new AstrogateError('upload_lost');
    return Readable.from(this.breaks-- > 0 ? broken(bytes) : [bytes]);
  }

  async remove(key: string): Promise<void> {
    await this.check();
    this.kept.delete(key);
  }

  async *unchangedSince(): AsyncGenerator<string[]> {
    yield [];
  }

  async check(): Promise<void> {
    if (this.isAway) throw new AstrogateError('storage_unavailable');
  }

  close(): void {}
}

function* broken(bytes: Buffer): Generator<Buffer> {
  yield bytes.subarray(0, 1);
  throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
}
