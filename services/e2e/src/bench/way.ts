// A way to have a picture solved. The benchmark times `solve` from the first byte given to the answer.

export interface BenchPicture {
  name: string;
  bytes: Buffer;
  /** Where it lies, for programs that want a file. */
  path: string;
}

/** Bounds of the pixel scale, arcsec/pixel. */
export interface ScaleHint {
  low: number;
  high: number;
}

export interface WayAnswer {
  solved: boolean;
  /** Arcsec/pixel, where this way says it in numbers. */
  pixelScale?: number;
}

export interface Way {
  /** "astrogate", "docker_run", "docker_exec" or "bare". */
  name: string;
  /** The exact command or request, for the report. */
  command: string;
  /** Called before the clock starts; what it returns is called with the clock running. */
  ready(picture: BenchPicture, hint: ScaleHint | undefined): Promise<() => Promise<WayAnswer>>;
}

/** Longest time that any way gets for a picture, seconds. */
export const limitSeconds = 120;
