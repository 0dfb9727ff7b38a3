// From a file to a picture: by content, size checked before any pixel is decoded, one level of gzip opened.
import { join } from 'node:path';
import type { Box } from '../box.js';
import { unreadable, unsupported } from '../failure.js';
import { openFits } from './fits.js';
import { gunzip } from './gunzip.js';
import { readAt } from './header-bytes.js';
import { openJpeg } from './jpeg.js';
import { checkSize, type PictureFile } from './picture.js';
import { openPng } from './png.js';
import { openPnm } from './pnm-file.js';
import { openRaw } from './raw.js';
import { type Sniffed, sniff, sniffBytes } from './sniff.js';
import { isCameraRaw, openTiff } from './tiff.js';
import { tiffDirectories } from './tiff-tags.js';

export interface OpenOptions {
  box: Box;
  /** Most pixels that are decoded. */
  maxPixels: number;
  allowRaw: boolean;
  signal: AbortSignal;
}

/**
 * The picture in the file `path`, its size checked.
 * Throws JobFailure: unsupported_format, image_unreadable, image_too_large, image_too_small.
 */
export async function openPicture(path: string, options: OpenOptions): Promise<PictureFile> {
  let kind = sniff(readAt(path, 0, sniffBytes));
  let source = path;
  if (kind === 'gzip') {
    source = join(options.box.scratchDir, 'picture');
    await gunzip(path, source, options.maxPixels, options.signal);
    kind = sniff(readAt(source, 0, sniffBytes));
    if (kind === 'gzip') throw unreadable('the gzip file holds another gzip file; only one level is opened');
  }
  if (kind === undefined) throw unsupported('the content is not JPEG, PNG, TIFF, FITS, PGM or PPM');
  const picture = await openKind(kind, source, options);
  checkSize(picture, options.maxPixels);
  return picture;
}

async function openKind(kind: Exclude<Sniffed, 'gzip'>, path: string, options: OpenOptions): Promise<PictureFile> {
  const cwd = options.box.jobDir;
  const raw = () => openRaw(path, { ...options, cwd });
  switch (kind) {
    case 'jpeg':
      return openJpeg(path, cwd);
    case 'png':
      return openPng(path, cwd);
    case 'fits':
      return openFits(path);
    case 'pnm':
      return openPnm(path);
    case 'tiff':
      return isCameraRaw(tiffDirectories(path)) ? raw() : openTiff(path, cwd);
    case 'raw':
      return raw();
  }
}
