// Reads PBM (raw), PGM and PPM as a stream of luminance: uploads, and what the native decoders print.
import { unreadable } from '../failure.js';
import { lumaWeights, type Plane } from './plane.js';
import { maxPnmHeaderBytes, nextToken, type PnmHead, parsePnmHead } from './pnm-head.js';

const [red, green, blue] = lumaWeights;

/** Takes a PNM file in pieces and gives its luminance. */
export class PnmReader {
  #head: PnmHead | undefined;
  #rest: Buffer = Buffer.alloc(0);
  #data = new Float32Array(0);
  /** Samples of the raster that are there, colours counted one by one. */
  #samples = 0;

  /** `onHead` may throw, before anything is allocated. */
  constructor(private readonly onHead: (head: PnmHead) => void) {}

  push(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    if (this.#head) {
      this.#rest = this.#take(this.#head, bytes);
      return;
    }
    const head = parsePnmHead(bytes);
    if (!head) {
      if (bytes.length > maxPnmHeaderBytes) throw unreadable('the PNM header does not end');
      this.#rest = bytes;
      return;
    }
    this.onHead(head);
    this.#head = head;
    this.#data = new Float32Array(head.width * head.height);
    this.#rest = this.#take(head, bytes.subarray(head.bytes));
  }

  /** The plane. Throws image_unreadable when samples are missing. */
  end(): Plane {
    const head = this.#head;
    if (!head) throw unreadable('the PNM header does not end');
    if (head.kind === 'P2' || head.kind === 'P3') this.#takePlain(head, Buffer.concat([this.#rest, Buffer.from(' ')]));
    const expected = head.width * head.height * head.channels;
    if (this.#samples < expected) throw unreadable(`the picture ends after ${this.#samples} of ${expected} samples`);
    return { width: head.width, height: head.height, data: this.#data };
  }

  /** Consumes whole samples and returns the bytes that are none yet. */
  #take(head: PnmHead, bytes: Buffer): Buffer {
    if (head.kind === 'P4') return this.#takeBits(head, bytes);
    if (head.kind === 'P2' || head.kind === 'P3') return this.#takePlain(head, bytes);
    return this.#takeRaw(head, bytes);
  }

  #takeRaw(head: PnmHead, bytes: Buffer): Buffer {
    const width = head.maxval > 255 ? 2 : 1;
    const wanted = head.width * head.height * head.channels - this.#samples;
    const perPixel = head.channels;
    const pixels = Math.min(Math.floor(bytes.length / (width * perPixel)), wanted / perPixel);
    const data = this.#data;
    let to = this.#samples / perPixel;
    const end = pixels * width * perPixel;
    if (perPixel === 1 && width === 1) for (let at = 0; at < end; at++) data[to++] = bytes[at] as number;
    else if (perPixel === 1)
      for (let at = 0; at < end; at += 2) data[to++] = ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
    else if (width === 1) {
      for (let at = 0; at < end; at += 3)
        data[to++] = red * (bytes[at] as number) + green * (bytes[at + 1] as number) + blue * (bytes[at + 2] as number);
    } else {
      const sample = (at: number) => ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
      for (let at = 0; at < end; at += 6)
        data[to++] = red * sample(at) + green * sample(at + 2) + blue * sample(at + 4);
    }
    this.#samples += pixels * perPixel;
    return this.#samples === head.width * head.height * perPixel ? Buffer.alloc(0) : bytes.subarray(end);
  }

  /** Rows of bits, each padded to a byte; 1 is black. */
  #takeBits(head: PnmHead, bytes: Buffer): Buffer {
    const rowBytes = Math.ceil(head.width / 8);
    let at = 0;
    for (; at + rowBytes <= bytes.length && this.#samples < this.#data.length; at += rowBytes) {
      for (let x = 0; x < head.width; x++)
        this.#data[this.#samples++] = ((bytes[at + (x >> 3)] as number) >> (7 - (x & 7))) & 1 ? 0 : 1;
    }
    return bytes.subarray(at);
  }

  /** Decimal numbers between white space. */
  #takePlain(head: PnmHead, text: Buffer): Buffer {
    const expected = head.width * head.height * head.channels;
    let at = 0;
    while (this.#samples < expected) {
      const token = nextToken(text, at);
      if (!token) break;
      const value = Number(token.text);
      if (!/^\d{1,5}$/.test(token.text) || value > head.maxval)
        throw unreadable(`sample ${this.#samples + 1} of the PNM file is no number up to ${head.maxval}`);
      const weight = head.channels === 3 ? (lumaWeights[this.#samples % 3] as number) : 1;
      const pixel = Math.floor(this.#samples / head.channels);
      this.#data[pixel] = (this.#data[pixel] as number) + weight * value;
      this.#samples++;
      at = token.end;
    }
    if (this.#samples === expected) return Buffer.alloc(0);
    if (text.length - at > maxPnmHeaderBytes) throw unreadable('the PNM file has a number that does not end');
    return text.subarray(at);
  }
}
