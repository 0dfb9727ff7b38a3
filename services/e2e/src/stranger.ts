// Requests of callers that the server has never seen: each comes from another loopback address, so that nothing that
// was learned from one picture helps with the next. A blind solve is only blind so.
import { request } from 'node:http';
import { text } from 'node:stream/consumers';

let callers = 0;

/** The next address of 127.0.0.0/8, all of which is loopback on Linux. Comes round again after 16 million. */
function nextAddress(): string {
  callers = (callers + 1) % 0xff_ff_ff;
  // 127.0.0.x is left to everybody else.
  const number = callers + 0x1_00;
  return `127.${(number >> 16) & 0xff}.${(number >> 8) & 0xff}.${number & 0xff || 1}`;
}

export interface EncodedForm {
  contentType: string;
  bytes: Buffer;
}

export async function encodeForm(form: FormData): Promise<EncodedForm> {
  const encoded = new Response(form);
  const contentType = encoded.headers.get('content-type') ?? '';
  return { contentType, bytes: Buffer.from(await encoded.arrayBuffer()) };
}

/** Sends a form on a connection of its own, which ends with the answer. Throws the connection's error. */
export async function postAsStranger(
  url: string,
  { contentType, bytes }: EncodedForm,
  signal?: AbortSignal,
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const call = request(url, {
      method: 'POST',
      headers: { 'content-type': contentType, 'content-length': bytes.length, connection: 'close' },
      localAddress: nextAddress(),
      ...(signal && { signal }),
    });
    call.on('error', reject);
    call.on('response', (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    });
    call.end(bytes);
  });
}
