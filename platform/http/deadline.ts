import type { ServerResponse } from 'node:http';
import { subgraphUnavailable } from '../errors.ts';

/** When a request's time is over: `deadline` by `performance.now()`, and the signal that it aborts then. */
export interface Deadline {
  readonly deadline: number;
  readonly signal: AbortSignal;
}

/**
 * For the request that `response` answers. One whose client has left keeps its deadline; one that was answered has none.
 * @param patience in milliseconds
 */
export function deadlineOf(response: ServerResponse, patience: number): Deadline {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), patience);
  // A timeout signal would fire for every request that was answered long ago, at 8 % of a scan.
  response.once('close', () => {
    if (response.writableFinished) clearTimeout(timer);
    else timer.unref();
  });
  return { deadline: performance.now() + patience, signal: controller.signal };
}

/**
 * Gives up waiting at the deadline. The work itself goes on: its effect is kept or not, but nobody is told.
 * @throws SUBGRAPH_UNAVAILABLE
 */
export async function beforeAbort<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return await work;
  return await new Promise<T>((resolve, reject) => {
    const giveUp = () => reject(subgraphUnavailable());
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
