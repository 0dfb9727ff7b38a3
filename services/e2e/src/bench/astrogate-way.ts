// (a) Astrogate over HTTP.
import { encodeForm, postAsStranger } from '../stranger.js';
import type { Way } from './way.js';

export function astrogateWay(url: string): Way {
  return {
    name: 'astrogate',
    command:
      'POST /solve, multipart: image[, scale_low, scale_high, scale_units=arcsecperpix]; each from an address that was never seen',
    async ready(picture, hint) {
      const form = new FormData();
      if (hint) {
        form.set('scale_low', String(hint.low));
        form.set('scale_high', String(hint.high));
        form.set('scale_units', 'arcsecperpix');
      }
      form.set('image', new Blob([new Uint8Array(picture.bytes)]), picture.name);
      const encoded = await encodeForm(form);
      return async () => {
        const { body } = await postAsStranger(`${url}/solve`, encoded);
        const answer = JSON.parse(body) as { solved?: boolean; pixel_scale?: number };
        return { solved: answer.solved === true, ...(answer.pixel_scale ? { pixelScale: answer.pixel_scale } : {}) };
      };
    },
  };
}
