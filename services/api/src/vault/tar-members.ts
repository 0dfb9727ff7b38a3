// Names and sizes of the members of a tar that comes in pieces; their content is passed over. Pure but for its position.

const blockBytes = 512;

/** A function to be given the bytes, which throws Error where they are no tar, and calls `found` for each header. */
export function tarMembers(found: (name: string, bytes: number) => void): (chunk: Buffer) => void {
  let header: Buffer = Buffer.alloc(0);
  let skip = 0;
  return (chunk) => {
    let at = 0;
    while (at < chunk.length) {
      const skipped = Math.min(skip, chunk.length - at);
      skip -= skipped;
      at += skipped;
      if (at === chunk.length) return;
      const taken = chunk.subarray(at, at + blockBytes - header.length);
      header = Buffer.concat([header, taken]);
      at += taken.length;
      if (header.length < blockBytes) return;
      skip = readHeader(header, found);
      header = Buffer.alloc(0);
    }
  };
}

/** How many bytes of content, filled up to whole blocks, follow. */
function readHeader(header: Buffer, found: (name: string, bytes: number) => void): number {
  if (header.every((byte) => byte === 0)) return 0;
  const name = header.toString('latin1', 0, 100).replace(/\0.*$/s, '');
  const digits = /^ *([0-7]{1,12})[ \0]*$/.exec(header.toString('latin1', 124, 136))?.[1];
  if (name === '' || digits === undefined) throw new Error('not the header of a tar member');
  const bytes = Number.parseInt(digits, 8);
  found(name, bytes);
  return Math.ceil(bytes / blockBytes) * blockBytes;
}
