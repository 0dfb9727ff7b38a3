// Runs tasks a few at a time, in order, until one wins; the others are stopped.

export interface Race<Task, Win> {
  tasks: readonly Task[];
  /** How many run at once. */
  lanes: number;
  /** Gives a win, or undefined when the task came to nothing. Must end soon after its signal is aborted. */
  run(task: Task, signal: AbortSignal): Promise<Win | undefined>;
  signal: AbortSignal;
}

/**
 * The first win, after every other task has ended; undefined when all came to nothing or the signal was aborted.
 * Throws what a task throws, after the others have ended.
 */
export async function race<Task, Win>({ tasks, lanes, run, signal }: Race<Task, Win>): Promise<Win | undefined> {
  const finish = new AbortController();
  const stop = AbortSignal.any([finish.signal, signal]);
  const queue = tasks[Symbol.iterator]();
  let winner: Win | undefined;
  const lane = async () => {
    for (const task of queue) {
      if (stop.aborted) return;
      const win = await run(task, stop);
      if (win === undefined || winner !== undefined) continue;
      winner = win;
      finish.abort();
    }
  };
  const ends = await Promise.allSettled(
    Array.from({ length: lanes }, () =>
      lane().catch((error: unknown) => {
        finish.abort();
        throw error;
      }),
    ),
  );
  if (winner !== undefined) return winner;
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
  return undefined;
}
