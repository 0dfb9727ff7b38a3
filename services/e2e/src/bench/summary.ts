// From single runs to the figures of the report. Pure.

export interface Run {
  picture: string;
  way: string;
  kind: 'blind' | 'hinted';
  /** The first run after the machine's file cache was emptied. */
  cold: boolean;
  seconds: number;
  solved: boolean;
  cpuSeconds: number;
  peakBytes: number;
}

export interface WayFigures {
  median_seconds: number;
  p95_seconds: number;
  cold_seconds: number | null;
  cpu_seconds: number;
  peak_bytes: number;
  /** In every run. */
  solved: boolean;
}

export interface PictureFigures {
  name: string;
  kind: Run['kind'];
  ways: Record<string, WayFigures>;
  /** Median of the ratios run by run: Astrogate's time as a share of the other way's. */
  ratios: Record<string, number>;
}

export const median = (values: readonly number[]): number => quantile(values, 0.5);

/** Linear between the two nearest ranks; NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(at)] ?? Number.NaN, sorted[Math.ceil(at)] ?? Number.NaN];
  return low + (high - low) * (at - Math.floor(at));
}

export const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);

/** One entry per picture and kind. A ratio needs both ways solved; runs are paired in the order in which they ran. */
export function figuresOf(runs: readonly Run[], ours = 'astrogate'): PictureFigures[] {
  const groups = Map.groupBy(runs, ({ picture, kind }) => JSON.stringify([picture, kind]));
  return [...groups].map(([key, group]) => {
    const [name, kind] = JSON.parse(key) as [string, Run['kind']];
    const byWay = Map.groupBy(group, ({ way }) => way);
    const ways = Object.fromEntries([...byWay].map(([way, of]) => [way, figuresOfWay(of)]));
    const others = [...byWay.keys()].filter((way) => way !== ours && ways[way]?.solved && ways[ours]?.solved);
    const warm = (way: string) => (byWay.get(way) ?? []).filter(({ cold }) => !cold).map(({ seconds }) => seconds);
    const ratio = (way: string) =>
      median(warm(ours).map((seconds, index) => seconds / (warm(way)[index] ?? Number.NaN)));
    return { name, kind, ways, ratios: Object.fromEntries(others.map((way) => [`vs_${way}`, ratio(way)])) };
  });
}

function figuresOfWay(runs: readonly Run[]): WayFigures {
  const warm = runs.filter(({ cold }) => !cold);
  const seconds = warm.map((run) => run.seconds);
  return {
    median_seconds: median(seconds),
    p95_seconds: quantile(seconds, 0.95),
    cold_seconds: runs.find(({ cold }) => cold)?.seconds ?? null,
    cpu_seconds: median(warm.map(({ cpuSeconds }) => cpuSeconds)),
    peak_bytes: Math.max(...warm.map(({ peakBytes }) => peakBytes)),
    solved: runs.every(({ solved }) => solved),
  };
}

/** Geometric means of the ratios over all pictures that both ways solved, per kind. */
export function geomeansOf(figures: readonly PictureFigures[]): Record<string, Record<string, number>> {
  const kinds = Map.groupBy(figures, ({ kind }) => kind);
  return Object.fromEntries(
    [...kinds].map(([kind, of]) => {
      const names = [...new Set(of.flatMap(({ ratios }) => Object.keys(ratios)))];
      const values = (name: string) => of.map(({ ratios }) => ratios[name]).filter((ratio) => ratio !== undefined);
      return [kind, Object.fromEntries(names.map((name) => [name, geometricMean(values(name))]))];
    }),
  );
}

/** A Markdown table of medians and ratios. */
export function tableOf(figures: readonly PictureFigures[]): string {
  const ways = [...new Set(figures.flatMap(({ ways }) => Object.keys(ways)))];
  const ratios = [...new Set(figures.flatMap(({ ratios }) => Object.keys(ratios)))];
  const head = ['picture', 'kind', ...ways.map((way) => `${way} s`), ...ratios];
  const rows = figures.map(({ name, kind, ways: of, ratios: r }) => [
    name,
    kind,
    ...ways.map((way) =>
      of[way] ? `${of[way].median_seconds.toFixed(2)}${of[way].solved ? '' : ' (not solved)'}` : '',
    ),
    ...ratios.map((ratio) => r[ratio]?.toFixed(3) ?? ''),
  ]);
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
