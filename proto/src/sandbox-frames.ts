// Byte layout between solver and sandbox; integers are big-endian.
//   stdin:  "AGJ1" | u32 length of the JSON header | u32 length of the upload | header | upload
//   stdout: per event, u8 kind ('R' ready, 'P' progress, 'O' outcome) | u32 length of the JSON | JSON
// The lengths stand in front because not every engine or proxy carries an EOF through.

const magic = Buffer.from('AGJ1', 'latin1');
export const jobPreambleBytes = 12;
/** A header holds hints, at most a dozen guesses, and limits only. */
export const maxJobHeaderBytes = 16 * 1024;
/** 5000 stars and 5000 matched stars at 17 digits a number stay below this. */
export const maxEventBytes = 1024 * 1024;
export const eventPreambleBytes = 5;

/** Everything of the job frame that stands before the upload. */
export function encodeJobHead(header: unknown, uploadBytes: number): Buffer {
  const json = Buffer.from(JSON.stringify(header));
  if (json.length > maxJobHeaderBytes) throw new RangeError('job header too long');
  const head = Buffer.alloc(jobPreambleBytes);
  magic.copy(head);
  head.writeUInt32BE(json.length, 4);
  head.writeUInt32BE(uploadBytes, 8);
  return Buffer.concat([head, json]);
}

/** Lengths of header and upload from the first `jobPreambleBytes` of stdin; RangeError when it is not a job frame. */
export function decodeJobPreamble(bytes: Buffer): { headerBytes: number; uploadBytes: number } {
  if (!bytes.subarray(0, 4).equals(magic)) throw new RangeError('not a job frame');
  const headerBytes = bytes.readUInt32BE(4);
  if (headerBytes > maxJobHeaderBytes) throw new RangeError('job header too long');
  return { headerBytes, uploadBytes: bytes.readUInt32BE(8) };
}

export type EventKind = 'ready' | 'progress' | 'outcome';
const kindBytes: Record<EventKind, number> = { ready: 0x52, progress: 0x50, outcome: 0x4f };
const kindOfByte = new Map(Object.entries(kindBytes).map(([kind, byte]) => [byte, kind as EventKind]));

export function encodeEvent(kind: EventKind, body: unknown): Buffer {
  const json = Buffer.from(JSON.stringify(body));
  if (json.length > maxEventBytes) throw new RangeError('event too long');
  const head = Buffer.alloc(eventPreambleBytes);
  head.writeUInt8(kindBytes[kind], 0);
  head.writeUInt32BE(json.length, 1);
  return Buffer.concat([head, json]);
}

/** Pieces that are kept before they are joined; 1024 joins of up to 1 MiB are the most that an event costs. */
const mostChunks = 1024;

/** Splits a sandbox's stdout into events. Throws RangeError on an unknown kind or a length over the limit. */
export class EventDecoder {
  #chunks: Buffer[] = [];
  #have = 0;
  /** Bytes of the event that is being read, its preamble included; known once the preamble is there. */
  #need = eventPreambleBytes;

  /** Takes the next bytes and returns the events that are complete now, with their JSON not yet parsed. */
  push(bytes: Buffer): { kind: EventKind; json: Buffer }[] {
    this.#chunks.push(bytes);
    this.#have += bytes.length;
    // A writer of single bytes must not cost a Buffer for each of them.
    if (this.#chunks.length > mostChunks) this.#chunks = [Buffer.concat(this.#chunks)];
    const events: { kind: EventKind; json: Buffer }[] = [];
    while (this.#have >= this.#need) {
      // Joined only when something is complete, so that a writer of single bytes costs no more than one of blocks.
      const joined = this.#chunks.length === 1 ? (this.#chunks[0] as Buffer) : Buffer.concat(this.#chunks);
      this.#chunks = [joined];
      const kind = kindOfByte.get(joined.readUInt8(0));
      if (kind === undefined) throw new RangeError('unknown event kind');
      const length = joined.readUInt32BE(1);
      if (length > maxEventBytes) throw new RangeError('event too long');
      const end = eventPreambleBytes + length;
      if (this.#have < end) {
        this.#need = end;
        break;
      }
      events.push({ kind, json: joined.subarray(eventPreambleBytes, end) });
      this.#chunks = [joined.subarray(end)];
      this.#have -= end;
      this.#need = eventPreambleBytes;
    }
    return events;
  }

  /** Bytes of an event that is not complete yet. */
  get pendingBytes(): number {
    return this.#have;
  }
}
