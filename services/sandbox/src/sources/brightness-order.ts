// Order of brightness. Facts: resort-xylist.c of astrometry.net 0.93 orders a list as a compromise between flux and flux
// with its background, so that neither faint stars on a bright nebula nor those beside it are all pushed back.
import type { Source } from './source.js';

/**
 * Takes in turn the next of the list by flux and the next of the list by flux + background, each source once.
 * Equal values stay in the order of the input.
 */
export function inBrightnessOrder(sources: readonly Source[]): Source[] {
  const byFlux = sources.toSorted((a, b) => b.flux - a.flux);
  const byTotal = sources.toSorted((a, b) => b.flux + b.background - (a.flux + a.background));
  const taken = new Set<Source>();
  for (const [rank, source] of byFlux.entries()) {
    taken.add(source);
    taken.add(byTotal[rank] as Source);
  }
  return [...taken];
}
