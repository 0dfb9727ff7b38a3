// The measurements as a Markdown page: how it was measured, the order that follows, each recipe, each picture.
import { geometricMean } from '../bench/summary.js';
import { inUse } from './candidates.js';
import type { Measurement } from './measurements.js';
import type { TuningPicture } from './pictures.js';
import { bestOrder, type RaceRules, type Run, type Runs, raceCost, score } from './race-model.js';

export const rules: RaceRules = { lanes: 2, patience: 8, limit: 60 };

interface About {
  command: string;
  machine: Record<string, string | number>;
}

const isSolved = ({ result, right }: Measurement): boolean => result === 'solved' && right !== false;
/** What was put off early might have taken all the patience. */
const searchOf = ({ result, search }: Measurement): number => (result === 'put off' ? rules.patience : search);
const total = ({ decode, seconds }: Run): number => decode + seconds;

function runsOf(rows: readonly Measurement[]): Runs {
  const pictures = Map.groupBy(rows, ({ picture }) => picture);
  const runOf = (row: Measurement): Run => ({
    decode: row.decode,
    seconds: row.extract + searchOf(row),
    solved: isSolved(row),
  });
  return new Map([...pictures].map(([picture, of]) => [picture, new Map(of.map((row) => [row.recipe, runOf(row)]))]));
}

export function reportOf(rows: readonly Measurement[], pictures: readonly TuningPicture[], about: About): string {
  const rendered = new Set(pictures.filter(({ truth }) => truth).map(({ name }) => name));
  const counted = rows.filter(({ picture }) => rendered.has(picture));
  const solvable = new Set(counted.filter(isSolved).map(({ picture }) => picture));
  const runs = runsOf(counted.filter(({ picture }) => solvable.has(picture)));
  const recipes = [...new Set(counted.map(({ recipe }) => recipe))];
  const order = bestOrder(recipes, runs, rules);
  const unsolved = [...rendered].filter((name) => !solvable.has(name));
  const wrong = counted.filter(({ right }) => right === false);
  const { cpu, cores, engine, node } = about.machine;
  return `${[
    '# Which recipes race, and in which order',
    `Made by \`${about.command}\` from the measurements beside it (${cpu}, ${cores} cores, Docker Engine ${engine}, Node.js ${node}). Seconds are processor seconds of one recipe alone: decoding, looking for stars, search without a hint.`,
    `Rule: two lanes, ${rules.patience} s of patience, ${rules.limit} s for what is not solved. The cost of a race on a picture is sqrt(seconds × processor seconds of both lanes); that of an order is the geometric mean over all rendered pictures that any recipe solves. The first two are the best of all pairs; each next one lowers the cost most.`,
    '## The recipes in use',
    orderTable(
      inUse.map(({ name }) => name),
      runs,
    ),
    '## The best order of all recipes measured',
    orderTable(order, runs),
    `Geometric mean: ${score(order, runs, rules).toFixed(3)} s. Not solved by any recipe: ${unsolved.join(', ') || 'none'}. Wrong solutions: ${wrong.map(({ picture, recipe }) => `${picture} by ${recipe}`).join(', ') || 'none'}.`,
    '## Recipes',
    recipeTable(recipes, runs),
    '## Pictures',
    pictureTable(
      inUse.map(({ name }) => name),
      runsOf(rows),
    ),
  ].join('\n\n')}\n`;
}

function orderTable(order: readonly string[], runs: Runs): string {
  const rowsOf = order.map((recipe, index) => {
    const upTo = order.slice(0, index + 1);
    const costs = [...runs.values()].map((of) => raceCost(upTo, of, rules));
    const wins = [...runs.values()].filter((of) => raceCost(order, of, rules).winner === recipe).length;
    const solved = costs.filter(({ winner }) => winner).length;
    return [String(index + 1), recipe, String(wins), String(solved), score(upTo, runs, rules).toFixed(3)];
  });
  return table(['', 'recipe', 'wins', 'solved so far', 'cost so far'], rowsOf);
}

function recipeTable(recipes: readonly string[], runs: Runs): string {
  const lines = recipes.map((recipe) => {
    const of = [...runs.values()].flatMap((byRecipe) => byRecipe.get(recipe) ?? []);
    const solved = of.filter((run) => run.solved);
    const seconds = geometricMean(solved.map(total));
    const best = [...runs.values()].filter((byRecipe) => isBest(recipe, byRecipe)).length;
    return {
      solved: solved.length,
      cells: [recipe, `${solved.length} of ${of.length}`, seconds.toFixed(3), `${best}`],
      cost: score([recipe], runs, rules),
    };
  });
  const sorted = lines.toSorted((a, b) => a.cost - b.cost);
  return table(
    ['recipe', 'solved', 'mean of those s', 'within 1.2 of the best', 'cost alone'],
    sorted.map(({ cells, cost }) => [...cells, cost.toFixed(3)]),
  );
}

function isBest(recipe: string, runs: ReadonlyMap<string, Run>): boolean {
  const best = Math.min(...[...runs.values()].filter(({ solved }) => solved).map(total));
  const run = runs.get(recipe);
  return run?.solved === true && total(run) <= 1.2 * best;
}

function pictureTable(order: readonly string[], runs: Runs): string {
  const lines = [...runs]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([picture, of]) => {
      const solved = [...of].filter(([, run]) => run.solved).sort(([, a], [, b]) => total(a) - total(b));
      const race = raceCost(order, of, rules);
      const best = solved[0];
      return [
        picture,
        `${solved.length} of ${of.size}`,
        best ? `${total(best[1]).toFixed(3)} ${best[0]}` : '–',
        race.winner ? `${race.seconds.toFixed(3)} ${race.winner}` : '–',
        ...order.slice(0, 2).map((recipe) => cell(of.get(recipe))),
      ];
    });
  return table(['picture', 'recipes that solve it', 'fastest', 'the race', ...order.slice(0, 2)], lines);
}

const cell = (run: Run | undefined): string => (run ? `${total(run).toFixed(3)}${run.solved ? '' : ' –'}` : '');

const table = (head: readonly string[], lines: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
