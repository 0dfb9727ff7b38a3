// Every number of the sandbox, with its reason and the range that makes sense. They are constants on purpose: a limit
// that can be configured can be configured away.

const MiB = 1024 * 1024;

/**
 * Size of each of the two tmpfs. Range 64 to 512 MiB. An upload is at most 50 MiB; its decoded form, 100 million
 * pixels in 16 bit grey, is 200 MiB.
 */
export const tmpfsBytes = 256 * MiB;

/** Files per tmpfs. Range 1k to 16k. A solve leaves some dozens; one-byte files must not eat kernel memory. */
export const tmpfsInodes = '4k';

/**
 * Memory, swap included, tmpfs pages included. Range 1 to 8 GiB. Both tmpfs full (512 MiB) leave 1.5 GiB for the
 * programs; a solve of 24 megapixels was seen at 130 MB beside its files.
 */
export const memoryBytes = 2048 * MiB;

/** Processes and threads. Range 32 to 128. Node, the shell pipelines and two engines were seen at 12, threads aside. */
export const pidsLimit = 64;

/** Open files of a process. Range 256 to 4096. The largest index series has some hundred files. */
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
