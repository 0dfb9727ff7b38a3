// Protocol Buffers and gRPC frames byte by byte, for messages that no well-behaved encoder makes.

export const varint = (value: bigint | number): Buffer => {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    bytes.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Buffer.from(bytes);
};

export const double = (value: number): Buffer => {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
};

/** A value and the wire type that goes with it. */
export interface Value {
  readonly wire: 0 | 1 | 2 | 5;
  readonly bytes: Buffer;
}

export const whole = (value: bigint | number): Value => ({ wire: 0, bytes: varint(value) });
export const real = (value: number): Value => ({ wire: 1, bytes: double(value) });
export const block = (bytes: Buffer | string): Value => {
  const content = Buffer.from(bytes as string);
  return { wire: 2, bytes: Buffer.concat([varint(content.length), content]) };
};

export const field = (number: number, { wire, bytes }: Value): Buffer =>
  Buffer.concat([varint(number * 8 + wire), bytes]);

/** A gRPC message: flag, length, body. `length` lies when it is given. */
export function framed(body: Buffer, { compressed = false, length = body.length } = {}): Buffer {
  const head = Buffer.alloc(5);
  head[0] = compressed ? 1 : 0;
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, body]);
}

/** A SolveRequest with a header, or with a chunk. */
export const headerMessage = (header: Buffer): Buffer => field(1, block(header));
export const chunkMessage = (chunk: Buffer): Buffer => field(2, block(chunk));
