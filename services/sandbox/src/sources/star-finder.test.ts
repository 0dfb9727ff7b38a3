import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { findStars } from './star-finder.js';

test('the picture that a star finder was given is gone afterwards, whatever came of it', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'star-finder-'));
  const plane = { width: 64, height: 64, data: new Float32Array(64 * 64) };
  const { signal } = new AbortController();
  // Most machines have no such program outside the image; then it fails.
  await findStars({ settings: { finder: 'image2xy', sigma: 8 }, plane, binning: 1, dir, signal }).catch(() => {});
  expect(existsSync(join(dir, 'image.fits'))).toBe(false);
  rmSync(dir, { recursive: true });
});
