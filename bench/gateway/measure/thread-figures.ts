import { readFileSync } from 'node:fs';
import { cpuSeconds } from '../../system/process-figures.ts';

/** Of a process, up to now; NaN where there is no /proc. */
export interface CpuFigures {
  /** Of all its threads, in seconds. */
  readonly cpu: number;
  /** Of the thread that runs JavaScript, in seconds. */
  readonly mainThread: number;
  /** How long that thread could have run, had a core been free, in seconds. */
  readonly waited: number;
}

export function cpuFiguresOf(pid: number): CpuFigures {
  return { cpu: cpuSeconds(pid), ...mainThreadOf(pid) };
}

/** Time on a core and time waiting for one, in nanoseconds (scheduler statistics of Linux). */
function mainThreadOf(pid: number): Pick<CpuFigures, 'mainThread' | 'waited'> {
  try {
    const [ran, waited] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ').map(Number);
    return { mainThread: (ran ?? Number.NaN) / 1e9, waited: (waited ?? Number.NaN) / 1e9 };
  } catch {
    return { mainThread: Number.NaN, waited: Number.NaN };
  }
}

export function spentBetween(before: CpuFigures, after: CpuFigures): CpuFigures {
  return {
    cpu: after.cpu - before.cpu,
    mainThread: after.mainThread - before.mainThread,
    waited: after.waited - before.waited,
  };
}
