// Which star indexes sandboxes can use: those that the image says it holds, and those in the index directory.
import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '@astrogate/common';
import type { StarIndexInit } from '@astrogate/proto';
import { indexesLabel } from '@astrogate/sandbox-spec';
import { z } from 'zod';

/** Value of the image label: fields, units and ranges as in message StarIndex of solver.proto. */
export const indexListSchema = z
  .array(
    z.strictObject({
      name: z.string().regex(/^[A-Za-z0-9._-]{1,128}$/),
      indexId: z.int(),
      scaleLow: z.number().positive(),
      scaleHigh: z.number().positive(),
      sizeBytes: z.int().min(0),
    }),
  )
  .max(10_000);

const fitsBlockBytes = 2880;
const cardBytes = 80;
const arcminPerRadian = (180 / Math.PI) * 60;

/** The indexes that an image with these labels holds. ConfigError when the label is there and wrong. */
export function indexesOfImage(labels: Readonly<Record<string, string>> | null): StarIndexInit[] {
  const text = labels?.[indexesLabel];
  if (text === undefined) return [];
  try {
    return indexListSchema.parse(JSON.parse(text));
  } catch (error) {
    throw new ConfigError(`label ${indexesLabel} of the sandbox image cannot be read`, { cause: error });
  }
}

/** The indexes in a directory: its *.fits files whose first header is that of an index. ConfigError without access. */
export function indexesInDirectory(directory: string): StarIndexInit[] {
  try {
    const names = readdirSync(directory).filter((name) => name.endsWith('.fits'));
    return names.sort().flatMap((name) => readIndexFile(join(directory, name), name));
  } catch (error) {
    throw new ConfigError(`SOLVER_INDEX_DIR cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

function readIndexFile(path: string, name: string): StarIndexInit[] {
  const { size } = statSync(path);
  const block = Buffer.alloc(fitsBlockBytes);
  const descriptor = openSync(path, 'r');
  try {
    readSync(descriptor, block, 0, fitsBlockBytes, 0);
  } finally {
    closeSync(descriptor);
  }
  const index = parseIndexHeader(block, name, size);
  return index === undefined ? [] : [index];
}

/**
 * Reads the first FITS block of an astrometry.net index: INDEXID, and SCALE_L and SCALE_U, which are the smallest and
 * largest quad in radians. Undefined when it is not one.
 */
export function parseIndexHeader(block: Buffer, name: string, sizeBytes: number): StarIndexInit | undefined {
  const cards = readCards(block);
  const [indexId, low, high] = [cards.get('INDEXID'), cards.get('SCALE_L'), cards.get('SCALE_U')];
  if (indexId === undefined || !Number.isInteger(indexId) || !low || !high || low > high) return undefined;
  return { name, indexId, scaleLow: arcmin(low), scaleHigh: arcmin(high), sizeBytes };
}

/** To a thousandth, since the header has the angle in six digits. */
const arcmin = (radians: number) => Math.round(radians * arcminPerRadian * 1000) / 1000;

/** Numeric cards of a header block, without their comments. */
function readCards(block: Buffer): Map<string, number> {
  const cards = new Map<string, number>();
  for (let at = 0; at + cardBytes <= block.length; at += cardBytes) {
    const card = block.toString('latin1', at, at + cardBytes);
    const [, key, value] = /^([A-Z0-9_-]{1,8}) *= +([-+.\dEe]+)\s*(?:\/|$)/.exec(card) ?? [];
    if (key !== undefined && Number.isFinite(Number(value))) cards.set(key, Number(value));
  }
  return cards;
}
