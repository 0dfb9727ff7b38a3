// Does something grow with the number of jobs? A robust slope over samples that were taken at rest. Pure.

export interface Sample {
  /** Process; a slope never spans two of them. */
  pid: number;
  /** Jobs that were done when it was taken. */
  jobs: number;
  value: number;
}

export interface Growth {
  samples: readonly Sample[];
  /** Median of the slopes of all pairs of samples of one process (Theil and Sen), per job. */
  slope: number;
  /** Longest growth of one process, from its first sample at rest to its last. */
  most: number;
  /** Samples of the process that has most of them. */
  longest: number;
}

export interface Tolerance {
  slope: number;
  /** Counts where no process has enough samples for a slope. */
  most: number;
}

/** A slope of fewer samples is noise. */
const enoughSamples = 6;

export function growthOf(samples: readonly Sample[]): Growth {
  const lives = [...Map.groupBy(samples, ({ pid }) => pid).values()];
  const slopes = lives.flatMap((life) =>
    life.flatMap((late, at) =>
      life
        .slice(0, at)
        .filter((early) => early.jobs < late.jobs)
        .map((early) => (late.value - early.value) / (late.jobs - early.jobs)),
    ),
  );
  const growths = lives.map((life) => (life.at(-1)?.value ?? 0) - (life[0]?.value ?? 0));
  const longest = Math.max(0, ...lives.map(({ length }) => length));
  return { samples, slope: median(slopes), most: Math.max(0, ...growths), longest };
}

/** Those that were taken when their process had done `jobs` jobs or more since its first sample. */
export function afterWarmUp(samples: readonly Sample[], jobs: number): Sample[] {
  const firsts = new Map<number, number>();
  for (const { pid, jobs: done } of samples) if (!firsts.has(pid)) firsts.set(pid, done);
  return samples.filter((sample) => sample.jobs - (firsts.get(sample.pid) ?? 0) >= jobs);
}

export const isWithin = ({ slope, most, longest }: Growth, tolerance: Tolerance): boolean =>
  longest < enoughSamples ? most <= tolerance.most : slope <= tolerance.slope;

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? 0 : (low + high) / 2;
}
