// A picture of the sky through the whole deployment, as any caller sends it.
import type { Truth } from '@astrogate/local';
import { encodeForm } from '../stranger.js';
import { httpsCall } from './https-call.js';

export interface Picture {
  readonly jpeg: Buffer;
  readonly truth: Truth;
}

/** How far the answer is from where the picture points, degrees in each direction. Throws when there is none. */
export async function solveOverHttps(ca: string, url: string, { jpeg, truth }: Picture): Promise<number> {
  const form = new FormData();
  form.set('image', new Blob([jpeg as Uint8Array<ArrayBuffer>]), 'sky.jpg');
  const { contentType, bytes } = await encodeForm(form);
  const asking = { body: bytes, headers: { 'content-type': contentType } };
  const { status, text, body } = await httpsCall(ca, 'POST', `${url}/solve`, asking);
  if (status !== 200 || !body.solved) throw new Error(`not solved: ${status} ${text}`);
  return Math.max(Math.abs(body.ra - truth.ra), Math.abs(body.dec - truth.dec));
}
