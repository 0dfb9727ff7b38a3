// The measured pictures as files: rendered once and kept, and beside them real samples where there are any.
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { places, type RunTool, renderSky, step, type Truth } from '@astrogate/local';
import { encodeSky, type TuningSky } from './tuning-skies.js';

export interface TuningPicture {
  name: string;
  /** File in `picturesDirectory`. */
  file: string;
  /** Absent for real samples: nobody chose where they point. */
  truth?: Truth;
}

export const picturesDirectory = join(places.state, 'tuning', 'pictures');

/** Renders what is not there yet. A file's name holds a fingerprint of how it was made. */
export async function renderPictures(skies: readonly TuningSky[], run: RunTool): Promise<TuningPicture[]> {
  mkdirSync(picturesDirectory, { recursive: true });
  const pictures: TuningPicture[] = [];
  for (const { name, options, file } of skies) {
    const fingerprint = createHash('sha256')
      .update(JSON.stringify([options, file]))
      .digest('hex')
      .slice(0, 8);
    const { truth } = options;
    const picture = { name, file: `${name}-${fingerprint}.${file}`, truth };
    const path = join(picturesDirectory, picture.file);
    if (!existsSync(path))
      await step(`Render ${name}`, async () => {
        writeFileSync(`${path}.part`, await encodeSky(await renderSky(options, run), file, run));
        renameSync(`${path}.part`, path);
      });
    pictures.push(picture);
  }
  return pictures;
}

/** Samples beside the clone. */
export function samplePictures(): TuningPicture[] {
  const samples = join(places.root, '..', 'shared', 'samples');
  if (!existsSync(samples)) return [];
  const names = readdirSync(samples).filter((name) => /\.jpe?g$/i.test(name));
  return names.map((name) => {
    const file = `sample-${name}`;
    copyFileSync(join(samples, name), join(picturesDirectory, file));
    return { name: file, file };
  });
}
