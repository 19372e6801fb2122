import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

/** Linux counts CPU time in these, whatever its timer does. */
const ticksPerSecond = 100;

/** Seconds of CPU of a process and all that it started, ended ones included; NaN where there is no /proc. */
export function cpuSeconds(pid: number): number {
  try {
    return [pid, ...descendants(pid)].reduce((total, each) => total + ticks(each), 0) / ticksPerSecond;
  } catch {
    return Number.NaN;
  }
}

export interface Memory {
  readonly resident: number;
  /** The most that was ever resident. */
  readonly peak: number;
}

/** In MiB; NaN where there is no /proc. */
export function memoryOf(pid: number): Memory {
  const mebibytes = (field: string, status: string) =>
    Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / 1024;
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return { resident: mebibytes('VmRSS', status), peak: mebibytes('VmHWM', status) };
  } catch {
    return { resident: Number.NaN, peak: Number.NaN };
  }
}

/** Fields 14 to 17 of proc_pid_stat(5): user and system time, its own and that of children waited for. */
function ticks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return afterName.slice(11, 15).reduce((total, field) => total + Number(field), 0);
}

function descendants(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`)
    .flatMap((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' '))
    .filter((text) => text !== '')
    .map(Number);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

/** From here on `peak` is the most since now (proc_pid_clear_refs(5)). */
export function forgetPeak(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5');
  } catch {
    // Where there is no /proc, memoryOf says so.
  }
}
