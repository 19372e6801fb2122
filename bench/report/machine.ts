import { cpus, loadavg, totalmem } from 'node:os';

export interface Machine {
  readonly cpus: number;
  readonly model: string;
  readonly memoryGiB: number;
  readonly node: string;
  readonly platform: string;
  /** Of the last minute, before the run. */
  readonly load: number;
}

export function describeMachine(): Machine {
  const processors = cpus();
  return {
    cpus: processors.length,
    model: processors[0]?.model ?? 'unknown',
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    platform: `${process.platform}-${process.arch}`,
    load: loadavg()[0] ?? 0,
  };
}

/** A line when something else keeps the machine busy, since the figures are worth little then. */
export function busyWarning({ load }: Machine): string | undefined {
  if (load < 0.5) return undefined;
  return `The machine is busy (load ${load.toFixed(1)}): take ratios with care and absolute figures not at all.`;
}
