// A source: something in the picture that may be a star.

export interface Source {
  /** 1-based FITS pixels of the picture as uploaded. */
  x: number;
  y: number;
  /** Counts above the background. */
  flux: number;
  /** Counts of the background under it; 0 where the star finder does not say. */
  background: number;
}
