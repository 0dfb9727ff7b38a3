// Many large uploads at once: does the api hold them in memory?
import type { Stack } from '@astrogate/local';
import { fitsOf } from '../pictures.js';
import { endedJob, inLanes, submitJob } from '../solve-jobs.js';

export interface UploadRun {
  clients: number;
  bytes_each: number;
  /** Until all were taken. */
  seconds: number;
  /** Of all clients together. */
  megabytes_per_second: number;
}

const blockBytes = 2880;
/** What is solved of it does not matter here: its job may end as soon as the sandbox has the whole upload. */
const shortest = { max_seconds: '1' };

/** `clients` uploads of about `megabytes` each, all at the same time; resolves when their jobs have ended too. */
export async function uploadAtOnce(
  stack: Stack,
  { clients, megabytes, signal }: { clients: number; megabytes: number; signal?: AbortSignal },
): Promise<UploadRun> {
  // A picture without a star.
  const side = Math.floor(Math.sqrt((megabytes * 1e6 - blockBytes) / 2));
  const cards = [
    ['SIMPLE', 'T'],
    ['BITPIX', '16'],
    ['NAXIS', '2'],
    ['NAXIS1', `${side}`],
    ['NAXIS2', `${side}`],
  ];
  const picture = fitsOf(
    cards.map(([name = '', value = '']) => `${name.padEnd(8)}= ${value.padStart(20)}`),
    2 * side * side,
  );
  // One blob for all clients: this process has not the memory for each to have its own.
  const blob = new Blob([picture as Uint8Array<ArrayBuffer>]);
  const ids: string[] = [];
  const begin = performance.now();
  await inLanes(Array(clients).keys(), clients, async () => {
    ids.push((await submitJob(stack.url, blob, shortest, signal)).id);
  });
  const seconds = (performance.now() - begin) / 1000;
  for (const id of ids) await endedJob(stack.url, id, signal);
  const megabytes_per_second = (clients * picture.length) / 1e6 / seconds;
  return { clients, bytes_each: picture.length, seconds, megabytes_per_second };
}
