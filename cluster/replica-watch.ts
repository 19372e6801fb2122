import { setTimeout as pause } from 'node:timers/promises';
import type { Cluster, Replica } from './cluster.ts';

/** How long a process that ended stays away, in milliseconds: long enough to see what that costs. */
const absence = 5_000;

/** Starts again each process that ends by itself or was killed, as a container's restart policy would. */
export function keepRunning(cluster: Cluster, signal: AbortSignal, say: (line: string) => void): void {
  for (const replica of cluster.replicas) void watch(replica, signal, say);
}

async function watch(replica: Replica, signal: AbortSignal, say: (line: string) => void): Promise<void> {
  const { service, port } = replica;
  for (;;) {
    const { pid, ended } = replica.process;
    await ended;
    if (signal.aborted) return;
    say(`${service.padEnd(11)} ${port} (pid ${pid}) has ended; it starts again in ${absence / 1_000} s`);
    await pause(absence, undefined, { signal, ref: false }).catch(() => {});
    if (signal.aborted) return;
    const isReady = await replica.start().then(
      () => true,
      () => false,
    );
    if (isReady) say(`${service.padEnd(11)} ${port} (pid ${replica.process.pid}) is back`);
  }
}
