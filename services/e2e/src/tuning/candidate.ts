// A candidate: what a recipe says, with the binning as a rule that fits pictures of any size.
import type { FinderSettings, Ordering } from '@astrogate/sandbox';

export interface Candidate {
  name: string;
  settings: FinderSettings;
  /** The plane that stars are looked for in has about so many pixels, see `binningFor` of the sandbox. */
  planePixels: number;
  ordering: Ordering;
}

/** What the probe in the container is told: one picture and what to measure on it. */
export interface ProbeTask {
  picture: string;
  /** Longest search, processor seconds. */
  patience: number;
  trials: readonly Candidate[];
}

/** One measured trial. Processor seconds are of the whole container: Node.js and the programs it ran. */
export interface ProbeRow {
  name: string;
  binning: number;
  decode: Cost;
  extract: Cost;
  search: Cost;
  /** Found, and given to the search. */
  stars: number;
  sources: number;
  result: 'solved' | 'gave up' | 'put off' | 'too few stars' | 'failed';
  patience: number;
  /** Of a solution: J2000 degrees of the picture's centre, arcsec per pixel. */
  centre?: { ra: number; dec: number; pixelScale: number };
}

export interface Cost {
  seconds: number;
  cpu: number;
}
