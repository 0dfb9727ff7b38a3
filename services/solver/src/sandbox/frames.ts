// Takes Docker's attach stream apart: per frame one byte of stream number, three zeros, a u32 length, then the bytes.
// Fails closed: anything else is an error, never passed on as data. Nothing is collected, so no length can hurt.

export interface StreamPart {
  readonly stream: 'stdout' | 'stderr';
  readonly bytes: Buffer;
}

const headerBytes = 8;
const streams: readonly (StreamPart['stream'] | undefined)[] = [undefined, 'stdout', 'stderr'];

export class FrameSplitter {
  readonly #header = Buffer.alloc(headerBytes);
  #headerHave = 0;
  #stream: StreamPart['stream'] = 'stdout';
  #left = 0;

  /** The parts of frames in `chunk`; they share its memory. Throws RangeError on a wrong header. */
  push(chunk: Buffer): StreamPart[] {
    const parts: StreamPart[] = [];
    let at = 0;
    while (at < chunk.length) {
      if (this.#left === 0) {
        at += this.#readHeader(chunk, at);
      } else {
        const bytes = chunk.subarray(at, at + this.#left);
        parts.push({ stream: this.#stream, bytes });
        this.#left -= bytes.length;
        at += bytes.length;
      }
    }
    return parts;
  }

  /** Whether the last frame is complete. */
  get atBoundary(): boolean {
    return this.#left === 0 && this.#headerHave === 0;
  }

  /** Takes what is there of a header and returns how many bytes that was. */
  #readHeader(chunk: Buffer, at: number): number {
    const taken = chunk.copy(this.#header, this.#headerHave, at, at + headerBytes - this.#headerHave);
    this.#headerHave += taken;
    if (this.#headerHave < headerBytes) return taken;
    const stream = streams[this.#header.readUInt8(0)];
    if (stream === undefined || this.#header.readUIntBE(1, 3) !== 0) throw new RangeError('wrong frame header');
    this.#stream = stream;
    this.#left = this.#header.readUInt32BE(4);
    this.#headerHave = 0;
    return taken;
  }
}
