// What a process, or a container, has used. Linux only, like the sandboxes.
import { readFileSync } from 'node:fs';
import type { DockerCli } from '@astrogate/local';

/** Linux counts processor time in hundredths of a second for every program to see (USER_HZ). */
const ticksPerSecond = 100;

/** Processor seconds of a running process, user and system, children not included. */
export function cpuSecondsOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  // utime and stime are fields 14 and 15; the first two stood before the bracket.
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** Memory that a running process holds, bytes. */
export function residentBytesOf(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kilobytes ?? 0) * 1024;
}

// cgroup v2 says microseconds with other figures, cgroup v1 nanoseconds alone.
const usage = 'cat /sys/fs/cgroup/cpu.stat 2>/dev/null || cat /sys/fs/cgroup/cpuacct/cpuacct.usage';

/** Processor seconds of everything that has run in a container; the engine's own work for it is not in it. */
export async function containerCpuSeconds(cli: DockerCli, container: string): Promise<number> {
  const text = (await cli.run(['exec', container, 'sh', '-c', usage])).toString();
  const micro = /^usage_usec (\d+)/m.exec(text)?.[1];
  return micro === undefined ? Number(text) / 1e9 : Number(micro) / 1e6;
}
