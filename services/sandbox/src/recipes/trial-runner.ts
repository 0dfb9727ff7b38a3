// Runs trials of one job and remembers what was tried.
import type { Stage, Trial } from '@astrogate/proto/sandbox';
import type { Engine } from '../engine/engine.js';
import type { Found } from '../solution/solution.js';
import { parityOf, type Wcs } from '../solution/wcs.js';
import type { Source } from '../sources/source.js';
import type { PictureSize } from './recipe.js';
import type { StarLists } from './star-lists.js';
import type { PlannedTrial } from './trial.js';

/** A quad takes four stars, and a match of nothing but the quad is never believed. */
const fewestSources = 5;

const outOfPatience = 'put off';
const gaveUp = 'gave up';

export interface TrialContext {
  lists: StarLists;
  size: PictureSize;
  engine: Engine;
  /** Directory for the search with this number. */
  searchDir(number: number): string;
  progress(stage: Stage, detail: string): void;
  /** Called once, when the first star list is there. */
  onFirstList(): void;
}

export class TrialRunner {
  /** What was tried, in the order in which it ended. */
  readonly tried: Trial[] = [];
  /** The longest star list so far, brightest first. */
  longestList: readonly Source[] = [];
  #searches = 0;
  #lists = 0;
  #failures = 0;
  readonly #ended = new Set<string>();
  readonly #running = new Map<string, Promise<Found | undefined>>();

  constructor(private readonly context: TrialContext) {}

  /** Whether every trial ended because a program failed. */
  get allFailed(): boolean {
    return this.#failures > 0 && this.#failures === this.tried.length;
  }

  /**
   * One trial; undefined when it came to nothing, also when it was stopped. Never throws.
   * A recipe that has come to its end with this hint before is not tried again.
   */
  async run(trial: PlannedTrial, signal: AbortSignal): Promise<Found | undefined> {
    const key = `${trial.recipe.name} ${JSON.stringify(trial.hint)}`;
    // What still runs with little patience may come to its end; only then is it known whether a second time makes sense.
    const earlier = this.#running.get(key);
    if (earlier) await earlier;
    if (this.#ended.has(key) || this.#ended.has(searchKey(key, trial)) || signal.aborted) return undefined;
    const running = this.#run(trial, key, signal);
    this.#running.set(key, running);
    return running;
  }

  async #run(trial: PlannedTrial, key: string, signal: AbortSignal): Promise<Found | undefined> {
    const started = performance.now();
    let sources = 0;
    const end = (result: string): undefined => {
      if (result !== outOfPatience) this.#ended.add(result === gaveUp ? searchKey(key, trial) : key);
      const seconds = (performance.now() - started) / 1000;
      const { kind: hint, source: hintSource } = trial.hint;
      this.tried.push({ recipe: trial.recipe.name, hint, hintSource, sources, result, seconds });
    };
    try {
      this.context.progress('STAGE_EXTRACT', trial.recipe.name);
      const { stars, searchOrder } = await this.context.lists.list(trial.recipe, signal);
      sources = searchOrder.length;
      this.#noteList(stars);
      if (sources < fewestSources) return end('too few stars');
      this.context.progress('STAGE_SEARCH', `${trial.recipe.name}: ${sources} sources`);
      const { size, engine } = this.context;
      const dir = this.context.searchDir(++this.#searches);
      const stop = AbortSignal.any([signal, AbortSignal.timeout(trial.patienceSeconds * 1000)]);
      const { hint, tunes } = trial;
      const match = await engine.search({ size, hint, tunes, sources: searchOrder, dir, signal: stop });
      if (!match) return end(gaveUp);
      if (contradicts(match.wcs, hint.parity)) return end('other parity');
      return { trial, match, stars };
    } catch (error) {
      if (signal.aborted) return end('stopped');
      if (error instanceof DOMException && error.name === 'TimeoutError') return end(outOfPatience);
      this.#failures++;
      process.stderr.write(`${trial.recipe.name}: ${error instanceof Error ? error.message : String(error)}\n`);
      return end('failed');
    }
  }

  #noteList(stars: readonly Source[]): void {
    if (this.#lists++ === 0) this.context.onFirstList();
    if (stars.length > this.longestList.length) this.longestList = stars;
  }
}

/** What found nothing may find something when it tunes. */
const searchKey = (key: string, { tunes }: PlannedTrial) => `${key} ${tunes}`;

/**
 * Whether a match has the other parity than the hint. The engine keeps to the hint for its quads; what it fits
 * afterwards to a false match may come out mirrored.
 */
const contradicts = (wcs: Wcs, hinted: PlannedTrial['hint']['parity']): boolean =>
  hinted !== 'PARITY_UNSPECIFIED' && parityOf(wcs) !== hinted;
