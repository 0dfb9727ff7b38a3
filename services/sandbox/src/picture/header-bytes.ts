// The first bytes of a file, and reads at a place, for the header parsers.
import { closeSync, openSync, readSync } from 'node:fs';

/** Up to `length` bytes of the file from `position`; shorter at its end. */
export function readAt(path: string, position: number, length: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(length);
    let have = 0;
    while (have < length) {
      const count = readSync(file, bytes, have, length - have, position + have);
      if (count === 0) break;
      have += count;
    }
    return bytes.subarray(0, have);
  } finally {
    closeSync(file);
  }
}
