// How large an archive, and what is in it, may be. Pure.

export interface Caps {
  /** Of the file. */
  readonly archiveBytes: number;
  /** Of all members together. */
  readonly unpackedBytes: number;
  readonly members: number;
  /** Of one file, table or snapshot. */
  readonly memberBytes: number;
  readonly manifestBytes: number;
  /** Of one row as JSON. */
  readonly rowBytes: number;
  /** How deeply a row or the manifest may be nested. */
  readonly depth: number;
}

const MiB = 1024 * 1024;

/**
 * A queue holds 1,000 uploads of 50 MB by default; rows are solutions of at most a few MB. An archive is never held in
 * memory, so that these bound time and disk.
 */
export const defaultCaps: Caps = {
  archiveBytes: 128 * 1024 * MiB,
  unpackedBytes: 256 * 1024 * MiB,
  members: 20_000,
  memberBytes: 128 * 1024 * MiB,
  manifestBytes: 8 * MiB,
  rowBytes: 16 * MiB,
  depth: 64,
};

/**
 * What may come out of so many compressed bytes. DEFLATE reaches 1032:1; rows reach 10 to 40. Whoever makes an archive
 * stops compressing at a quarter of that, so that a black picture cannot make a backup useless.
 */
export const largestRatio = 200;
export const freeBytes = 64 * MiB;
