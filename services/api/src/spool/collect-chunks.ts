// Chunks of an upload lie outside the JavaScript heap, and V8 lets some 64 MB of them pile up before it looks. This
// makes it look earlier: a collection of the young generation takes about a millisecond.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Of all uploads together, between two collections. */
const bytesBetween = 4 * 1024 * 1024;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as (options: { type: 'minor' }) => void;
setFlagsFromString('--no-expose-gc');

let bytesSince = 0;

/** To be told of every chunk that is done with. */
export function chunkDone(bytes: number): void {
  bytesSince += bytes;
  if (bytesSince < bytesBetween) return;
  bytesSince = 0;
  collect({ type: 'minor' });
}
