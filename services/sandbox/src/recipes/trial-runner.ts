// Runs trials of one job and remembers what was tried.
import type { Stage, Trial } from '@astrogate/proto/sandbox';
import { search } from '../engine/engine.js';
import type { Found } from '../solution/solution.js';
import type { Source } from '../sources/source.js';
import type { PictureSize } from './recipe.js';
import type { StarLists } from './star-lists.js';
import type { PlannedTrial } from './trial.js';

/** A quad takes four stars, and a match of nothing but the quad is never believed. */
const fewestSources = 5;

export interface TrialContext {
  lists: StarLists;
  size: PictureSize;
  /** Configuration file of the engine. */
  config: string;
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

  constructor(private readonly context: TrialContext) {}

  /** Whether every trial ended because a program failed. */
  get allFailed(): boolean {
    return this.#failures > 0 && this.#failures === this.tried.length;
  }

  /** One trial; undefined when it came to nothing, also when it was stopped. Never throws. */
  async run(trial: PlannedTrial, signal: AbortSignal): Promise<Found | undefined> {
    const started = performance.now();
    let sources = 0;
    const end = (result: string): undefined => {
      const seconds = (performance.now() - started) / 1000;
      this.tried.push({ recipe: trial.recipe.name, hint: trial.hint.kind, sources, result, seconds });
    };
    try {
      this.context.progress('STAGE_EXTRACT', trial.recipe.name);
      const { stars, searchOrder } = await this.context.lists.list(trial.recipe, signal);
      sources = searchOrder.length;
      this.#noteList(stars);
      if (sources < fewestSources) return end('too few stars');
      this.context.progress('STAGE_SEARCH', `${trial.recipe.name}: ${sources} sources`);
      const { size, config } = this.context;
      const dir = this.context.searchDir(++this.#searches);
      const match = await search({ config, size, hint: trial.hint, sources: searchOrder, dir, signal });
      return match ? { trial, match, stars } : end('gave up');
    } catch (error) {
      if (signal.aborted) return end('stopped');
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
