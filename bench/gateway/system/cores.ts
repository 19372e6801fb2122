import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';

/**
 * Gives the first core to the thread of a gateway that runs JavaScript, and keeps everything else away from it: with two
 * cores for three processes the scheduler would decide otherwise how much of one each gateway gets. What a gateway does
 * in other threads goes wherever there is room. Does nothing where there is one core alone, or no taskset(1).
 */
export function giveFirstCore(pid: number): void {
  if (availableParallelism() > 1) spawnSync('taskset', ['-cp', '0', String(pid)]);
}

/** For the processes beside the gateways. */
export function keepFromFirstCore(pid: number): void {
  const cores = availableParallelism();
  if (cores > 1) spawnSync('taskset', ['-acp', `1-${cores - 1}`, String(pid)]);
}
