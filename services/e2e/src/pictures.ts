// Pictures that no sky has: what keeps a solver busy, and what is broken.
import { crc32, deflateSync } from 'node:zlib';

/** Deterministic numbers in [0, 1) (mulberry32). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A PGM with `count` round stars at random places: a search over all indexes finds nothing and takes long. */
export function shuffledStars(seed: number, count = 400, width = 1200, height = 900): Buffer {
  const random = generator(seed);
  const pixels = Buffer.alloc(width * height);
  for (let at = 0; at < pixels.length; at++) pixels[at] = 10 + Math.floor(6 * random());
  for (let star = 0; star < count; star++) {
    const [x, y] = [4 + Math.floor(random() * (width - 8)), 4 + Math.floor(random() * (height - 8))];
    const peak = 40 + 200 * random() ** 3;
    for (let dy = -3; dy <= 3; dy++) {
      for (let dx = -3; dx <= 3; dx++) {
        const at = (y + dy) * width + x + dx;
        pixels[at] = Math.min(255, (pixels[at] as number) + peak * Math.exp(-(dx * dx + dy * dy) / 2.9));
      }
    }
  }
  return Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), pixels]);
}

/** A PNG of about 100 bytes whose header says `width` × `height`. */
export function pngThatClaims(width: number, height: number): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  const parts = [chunk('IHDR', header), chunk('IDAT', deflateSync(Buffer.alloc(1000))), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), ...parts]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8 + body.length);
  frame.writeUInt32BE(data.length, 0);
  body.copy(frame, 4);
  frame.writeUInt32BE(crc32(body), 4 + body.length);
  return frame;
}

/** A FITS file of `cards` and `dataBytes` zero bytes, both padded to blocks of 2880. */
export function fitsOf(cards: readonly string[], dataBytes: number): Buffer {
  const header = Buffer.alloc(Math.ceil(((cards.length + 1) * 80) / 2880) * 2880, ' ');
  for (const [at, card] of [...cards, 'END'].entries()) header.write(card, at * 80, 'latin1');
  return Buffer.concat([header, Buffer.alloc(Math.ceil(dataBytes / 2880) * 2880)]);
}
