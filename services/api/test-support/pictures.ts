// Bytes that begin like pictures.

/** `bytes` long and begins like a JPEG. */
export function jpeg(bytes = 1000): Buffer {
  const picture = Buffer.alloc(bytes, 0x5a);
  Buffer.from([0xff, 0xd8, 0xff, 0xe0]).copy(picture);
  return picture;
}

/** A form with one picture and fields. */
export function form(picture: Buffer | Blob = jpeg(), fields: Record<string, string> = {}, name = 'sky.jpg'): FormData {
  const data = new FormData();
  for (const [field, value] of Object.entries(fields)) data.append(field, value);
  data.append('image', picture instanceof Blob ? picture : new Blob([new Uint8Array(picture)]), name);
  return data;
}
