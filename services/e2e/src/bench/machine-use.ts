// What the whole machine used while something ran: the same measure for every way, whoever does the work for it.
// It is only as good as the machine is quiet.
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';

/** Linux counts processor time in hundredths of a second for every program to see (USER_HZ). */
const ticksPerSecond = 100;
const sampleMs = 20;

export interface MachineUse {
  /** Processor seconds, user and system, of all processors together. */
  cpuSeconds: number;
  /** Highest growth of memory that cannot be given back: anonymous pages and tmpfs, bytes. */
  peakBytes: number;
}

/** Starts to measure; the function it returns ends it. */
export function watchMachine(): () => MachineUse {
  const [cpuBefore, memoryBefore] = [busySeconds(), usedBytes()];
  let peak = memoryBefore;
  const timer = setInterval(() => {
    peak = Math.max(peak, usedBytes());
  }, sampleMs).unref();
  return () => {
    clearInterval(timer);
    return { cpuSeconds: busySeconds() - cpuBefore, peakBytes: Math.max(0, peak - memoryBefore) };
  };
}

function busySeconds(): number {
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0] = (
    readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? ''
  )
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softirq) / ticksPerSecond;
}

function usedBytes(): number {
  const text = readFileSync('/proc/meminfo', 'utf8');
  const kilobytes = (name: string) => Number(new RegExp(`^${name}: +(\\d+) kB`, 'm').exec(text)?.[1] ?? 0);
  return (kilobytes('AnonPages') + kilobytes('Shmem')) * 1024;
}

/** The machine, for the report. */
export function describeMachine(engine?: string): Record<string, string | number> {
  return {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memory_bytes: totalmem(),
    ...(engine !== undefined && { engine }),
    node: process.version,
  };
}
