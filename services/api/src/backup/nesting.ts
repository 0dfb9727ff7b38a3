// How deeply a text of JSON is nested, before anything parses it. Pure.

/** Whether brackets outside of strings are open more than `depth` deep somewhere. */
export function isDeeperThan(json: Buffer, depth: number): boolean {
  let open = 0;
  let isInString = false;
  for (let i = 0; i < json.length; i++) {
    const byte = json[i];
    if (isInString) {
      if (byte === 0x5c) i++;
      else if (byte === 0x22) isInString = false;
    } else if (byte === 0x22) isInString = true;
    else if (byte === 0x7b || byte === 0x5b) {
      if (++open > depth) return true;
    } else if (byte === 0x7d || byte === 0x5d) open--;
  }
  return false;
}
