import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { AstrogateError, type SolveRequestMessage } from '@astrogate/proto';
import { expect, test } from '@jest/globals';
import { UploadReader } from './upload-reader.js';

const never = new AbortController().signal;
const patience = { headerMs: 20, chunkMs: 20, uploadMs: 60_000 };
const upload = Buffer.from('hello, world');
const expected = { bytes: upload.length, sha256: createHash('sha256').update(upload).digest() };
const header = { header: { jobId: 'j' } } as SolveRequestMessage;
const chunk = (bytes: Buffer | string) => ({ chunk: Buffer.from(bytes) }) as SolveRequestMessage;

/** What the reader makes of a stream of these messages: the upload, or the code of the error. */
async function read(messages: Iterable<SolveRequestMessage> | AsyncIterable<SolveRequestMessage>): Promise<string> {
  const reader = new UploadReader(Readable.from(messages), patience);
  const parts: Buffer[] = [];
  try {
    await reader.header(never);
    for await (const part of reader.chunks(expected, never)) parts.push(part);
    return Buffer.concat(parts).toString();
  } catch (error) {
    return (error as AstrogateError).code;
  }
}

async function* stalled(...messages: SolveRequestMessage[]) {
  yield* messages;
  await new Promise(() => {});
}

test('an upload in pieces comes through', async () => {
  expect(await read([header, chunk('hello,'), chunk(' world')])).toBe('hello, world');
});

test.each<[string, SolveRequestMessage[], string]>([
  ['nothing', [], 'invalid_request'],
  ['a chunk before the header', [chunk(upload), header], 'invalid_request'],
  ['an empty message first', [{} as SolveRequestMessage], 'invalid_request'],
  ['a second header', [header, header], 'invalid_request'],
  ['a second header behind the upload', [header, chunk(upload), header], 'invalid_request'],
  ['an empty chunk', [header, chunk('')], 'invalid_request'],
  ['an empty message', [header, {} as SolveRequestMessage], 'invalid_request'],
  ['too large a chunk', [header, chunk(Buffer.alloc(256 * 1024 + 1))], 'invalid_request'],
  ['more bytes than announced', [header, chunk(upload), chunk('x')], 'upload_too_large'],
  ['fewer bytes than announced', [header, chunk('hello')], 'upload_mismatch'],
  ['no bytes at all', [header], 'upload_mismatch'],
  ['other bytes than announced', [header, chunk('hello, w0rld')], 'upload_mismatch'],
])('%s: %s', async (_what, messages, code) => {
  expect(await read(messages)).toBe(code);
});

test.each<[string, SolveRequestMessage[]]>([
  ['before the header', []],
  ['before the first chunk', [header]],
  ['between chunks', [header, chunk('hello')]],
  ['before the half-close', [header, chunk(upload)]],
])('silence %s is upload_timeout', async (_what, messages) => {
  expect(await read(stalled(...messages))).toBe('upload_timeout');
});

test('an upload that trickles is cut off by the limit for the whole', async () => {
  async function* trickle() {
    yield header;
    while (true) {
      await new Promise((resolve) => setTimeout(resolve, 2));
      yield chunk('x');
    }
  }
  const reader = new UploadReader(Readable.from(trickle()), { headerMs: 1000, chunkMs: 1000, uploadMs: 30 });
  await reader.header(never);
  const reading = (async () => {
    for await (const _ of reader.chunks({ bytes: 1_000_000, sha256: Buffer.alloc(32) }, never));
  })();
  await expect(reading).rejects.toMatchObject({ code: 'upload_timeout' });
});

test('the limit for the whole also ends an upload whose next bytes are always there', async () => {
  const warnings: string[] = [];
  const onWarning = ({ name }: Error) => warnings.push(name);
  process.on('warning', onWarning);
  const reader = new UploadReader(Readable.from([header, chunk('a'), chunk('b'), chunk('c')]), {
    ...patience,
    uploadMs: 10,
  });
  await reader.header(never);
  const chunks = reader.chunks({ bytes: 3, sha256: Buffer.alloc(32) }, never);
  await chunks.next();
  await new Promise((resolve) => setTimeout(resolve, 20));
  await expect(chunks.next()).rejects.toMatchObject({ code: 'upload_timeout' });
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', onWarning);
  expect(warnings).toEqual([]);
});

test('the reason of the signal wins, and a stream that breaks is upload_aborted', async () => {
  const gone = new AbortController();
  const reader = new UploadReader(Readable.from(stalled(header)), { ...patience, chunkMs: 60_000 });
  await reader.header(gone.signal);
  const next = reader.chunks(expected, gone.signal).next();
  gone.abort(new AstrogateError('cancelled'));
  await expect(next).rejects.toMatchObject({ code: 'cancelled' });

  const broken = new Readable({ objectMode: true, read() {} });
  const other = new UploadReader(broken, patience);
  broken.destroy(new Error('reset'));
  await expect(other.header(never)).rejects.toMatchObject({ code: 'upload_aborted' });
});

test('asks for the next message only when the last one was used', async () => {
  let asked = 0;
  const iterator = () => ({
    next: async () => {
      asked += 1;
      return { done: false as const, value: asked === 1 ? header : chunk('x') };
    },
  });
  const reader = new UploadReader({ iterator }, patience);
  await reader.header(never);
  const chunks = reader.chunks({ bytes: 1000, sha256: Buffer.alloc(32) }, never);
  await chunks.next();
  await new Promise((resolve) => setImmediate(resolve));
  expect(asked).toBe(2);
});
