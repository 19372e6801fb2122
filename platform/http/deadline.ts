import type { ServerResponse } from 'node:http';
import { subgraphUnavailable } from '../errors.ts';

/**
 * Aborts when the request's time is over.
 * @param deadline in milliseconds
 */
export function deadlineOf(response: ServerResponse, deadline: number): AbortSignal {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), deadline);
  // Ends with the request: a timeout signal would fire for every one that was answered long ago, at 8 % of a scan.
  response.once('close', () => clearTimeout(timer));
  return controller.signal;
}

/**
 * Gives up waiting at the deadline. The work itself goes on: its effect is kept or not, but nobody is told.
 * @throws SUBGRAPH_UNAVAILABLE
 */
export async function beforeAbort<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return await work;
  return await new Promise<T>((resolve, reject) => {
    const giveUp = () => reject(subgraphUnavailable());
    signal.addEventListener('abort', giveUp, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', giveUp));
  });
}
