// The order in which a search takes the sources of a list.
import { inBrightnessOrder } from './brightness-order.js';
import { removeLines } from './remove-lines.js';
import type { Source } from './source.js';
import { uniformize } from './uniformize.js';

export interface Ordering {
  /** Whether the brightest are spread over the picture. */
  uniform: boolean;
  /** The list ends after so many. Absent: it does not. */
  most?: number;
}

/** The number of boxes that solve-field spreads the brightest sources over. */
const uniformBoxes = 10;

/** Sources in lines are left out. */
export function inSearchOrder(found: readonly Source[], { uniform, most }: Ordering): Source[] {
  const bright = removeLines(inBrightnessOrder(found));
  return (uniform ? uniformize(bright, uniformBoxes) : bright).slice(0, most);
}
