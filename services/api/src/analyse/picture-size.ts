// Width and height of a JPEG or PNG from its first bytes.

export interface PixelSize {
  readonly width: number;
  readonly height: number;
}

/** Undefined for other formats and when the size is not within `head`. */
export function pictureSize(head: Buffer): PixelSize | undefined {
  const size = head[0] === 0x89 ? pngSize(head) : head[0] === 0xff ? jpegSize(head) : undefined;
  return size && size.width > 0 && size.height > 0 ? size : undefined;
}

/** IHDR is the first chunk (PNG specification, §11.2.2). */
function pngSize(head: Buffer): PixelSize | undefined {
  if (head.length < 24 || head.toString('latin1', 12, 16) !== 'IHDR') return undefined;
  return { width: head.readUInt32BE(16), height: head.readUInt32BE(20) };
}

/** SOF0 to SOF15 hold the size, except the three markers of that range that are something else (ITU T.81, table B.1). */
function jpegSize(head: Buffer): PixelSize | undefined {
  let at = 2;
  while (at + 9 < head.length && head[at] === 0xff) {
    const marker = head[at + 1] as number;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return { height: head.readUInt16BE(at + 5), width: head.readUInt16BE(at + 7) };
    at += 2 + head.readUInt16BE(at + 2);
  }
  return undefined;
}
