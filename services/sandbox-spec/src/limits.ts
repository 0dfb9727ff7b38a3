// Every number of the sandbox, with its reason and the range that makes sense. They are constants on purpose: a limit
// that can be configured can be configured away.

const MiB = 1024 * 1024;

/**
 * Size of each of the two tmpfs. Range 64 to 512 MiB. An upload is at most 50 MiB; what a gzip file holds, 100 million
 * pixels in 16 bit grey, is 200 MB. Seen: 229 MiB for 60 megapixels in floating point, 1 to 8 MiB beside the upload for
 * every picture that is not in gzip.
 */
export const tmpfsBytes = 256 * MiB;

/**
 * Files per tmpfs. Range 1k to 16k. 47 were seen after a search that tried everything; one-byte files must not eat
 * kernel memory, of which this many take about 4 MB.
 */
export const tmpfsInodes = '4k';

/**
 * Memory, swap included, tmpfs pages included. Range 1 to 8 GiB. Both tmpfs full (512 MiB) leave 1.5 GiB for the
 * programs. Seen, programs alone: 503 MiB with 60 megapixels and 700 with 100 (PNG, RGB), 449 with 60 (progressive
 * JPEG), 463 with 100 (JPEG), 491 with 100 (PNG, 16 bit), 350 with 60 (TIFF), 316 with 60 (FITS). The PNGs of 100
 * megapixels were stopped while they were decoded.
 */
export const memoryBytes = 2048 * MiB;

/**
 * Processes and threads. Range 32 to 128. 14 were seen, by looking every 15 ms: Node with its threads, two engines and
 * two star finders or decoders. More than four times that is for star finders that use threads on larger machines.
 */
export const pidsLimit = 64;

/** Open files of a process. Range 256 to 4096. 30 were seen; an engine opens each index, of which a series has hundreds. */
export const openFiles = 1024;

/** Largest file, so that one runaway writer ends with SIGXFSZ and not with a full tmpfs. Equal to the tmpfs. */
export const fileBytes = tmpfsBytes;

/**
 * Weight against the 1024 of an ordinary container. Range 2 to 512. Sandboxes may use every core, since recipes race,
 * but step back when a service wants one.
 */
export const cpuShares = 128;

/** Range 500 to 1000. Short of memory, the host kills a sandbox before a service. */
export const oomScoreAdj = 800;

/** Unprivileged user and group that exist nowhere else; "nobody" (65534) may own files of others. */
export const sandboxUser = 65532;
