// What a race of recipes would cost, from what each recipe alone costs, and the order that costs least. Pure.
import { geometricMean } from '../bench/summary.js';

/** One recipe on one picture. */
export interface Run {
  /** For reading the picture, seconds. Once it is read, another recipe reads only what it needs beyond that. */
  decode: number;
  /** For looking for stars and the search, until the answer or until the recipe came to nothing. */
  seconds: number;
  solved: boolean;
}

/** By picture, then by recipe. A recipe that is not there counts as one that fails at once. */
export type Runs = ReadonlyMap<string, ReadonlyMap<string, Run>>;

export interface RaceRules {
  lanes: number;
  /** Seconds after which a recipe gives its lane to the next one. */
  patience: number;
  /** What a picture costs that no recipe of the race solves, seconds. */
  limit: number;
}

export interface RaceCost {
  seconds: number;
  /** Processor seconds of all lanes until the first solution. */
  cpu: number;
  winner: string | undefined;
}

const failsAtOnce: Run = { decode: 0, seconds: 0, solved: false };

/** Recipes start in order, each on the lane that is free first; the first solution ends all. */
export function raceCost(order: readonly string[], runs: ReadonlyMap<string, Run>, rules: RaceRules): RaceCost {
  const decode = (runs.get(order[0] ?? '') ?? failsAtOnce).decode;
  const free = new Array<number>(rules.lanes).fill(0);
  const started: { recipe: string; at: number; end: number }[] = [];
  let first: { recipe: string; end: number } | undefined;
  for (const recipe of order) {
    const lane = free.indexOf(Math.min(...free));
    const at = free[lane] as number;
    if (first && at >= first.end) break;
    const run = runs.get(recipe) ?? failsAtOnce;
    const { solved } = run;
    const seconds = run.seconds + Math.max(0, run.decode - decode);
    const end = at + (solved ? seconds : Math.min(seconds, rules.patience));
    free[lane] = end;
    started.push({ recipe, at, end });
    if (solved && (!first || end < first.end)) first = { recipe, end };
  }
  if (!first) return { seconds: rules.limit, cpu: rules.limit * rules.lanes, winner: undefined };
  const stop = first.end;
  const cpu = started.reduce((sum, { at, end }) => sum + Math.max(0, Math.min(end, stop) - at), 0);
  return { seconds: decode + stop, cpu: decode + cpu, winner: first.recipe };
}

/**
 * The cost of an order over all pictures: the geometric mean of sqrt(seconds x processor seconds). A user waits for
 * the seconds, and other jobs wait for the processor.
 */
export function score(order: readonly string[], runs: Runs, rules: RaceRules): number {
  const costs = [...runs.values()].map((of) => raceCost(order, of, rules));
  return geometricMean(costs.map(({ seconds, cpu }) => Math.sqrt(seconds * cpu)));
}

/** A recipe that makes the race cheaper by less is not worth its place. */
const worthwhile = 0.999;

/** The best pair of all, then one after another the recipe that lowers the score most, while one does. */
export function bestOrder(recipes: readonly string[], runs: Runs, rules: RaceRules): string[] {
  let order: string[] = [];
  let least = Infinity;
  const consider = (candidate: string[]) => {
    const cost = score(candidate, runs, rules);
    if (cost < least) [order, least] = [candidate, cost];
  };
  for (const [index, one] of recipes.entries()) for (const other of recipes.slice(index + 1)) consider([one, other]);
  let cost = Infinity;
  while (least < cost * worthwhile) {
    cost = least;
    const before = order;
    for (const recipe of recipes) if (!before.includes(recipe)) consider([...before, recipe]);
  }
  return order;
}
