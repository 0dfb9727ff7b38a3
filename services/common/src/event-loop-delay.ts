// How late this process's event loop is: the one figure that says whether a service still answers everybody in time.
import { monitorEventLoopDelay } from 'node:perf_hooks';

type Histogram = ReturnType<typeof monitorEventLoopDelay>;

/** A timer is set for every so many milliseconds; by how much it is late is the delay. */
const resolutionMs = 10;
/** Figures are of the last 30 to 60 seconds: long enough for a p99, short enough to show what is the matter now. */
const windowMs = 30_000;

/** Delays in seconds, >= 0, precise to about a millisecond. */
export interface EventLoopDelay {
  medianSeconds: number;
  p99Seconds: number;
  maxSeconds: number;
}

export interface EventLoopWatch extends Disposable {
  /** Of the last 30 to 60 seconds; zeros when nothing has been measured yet. */
  figures(): EventLoopDelay;
}

/** Measures from now on. Does not keep the process alive. */
export function watchEventLoop(): EventLoopWatch {
  const start = (): Histogram => {
    const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
    histogram.enable();
    return histogram;
  };
  // Both measure; the one that began earlier is read.
  let [older, newer] = [start(), start()];
  const turn = setInterval(() => {
    older.reset();
    [older, newer] = [newer, older];
  }, windowMs).unref();
  return {
    figures: () => ({
      medianSeconds: delayOf(older, older.percentile(50)),
      p99Seconds: delayOf(older, older.percentile(99)),
      maxSeconds: delayOf(older, older.max),
    }),
    [Symbol.dispose]() {
      clearInterval(turn);
      for (const histogram of [older, newer]) histogram.disable();
    },
  };
}

/** The histogram holds the time from one run of the timer to the next, in nanoseconds. */
function delayOf(histogram: Histogram, nanoseconds: number): number {
  return histogram.count === 0 ? 0 : Math.max(0, nanoseconds / 1e9 - resolutionMs / 1000);
}
