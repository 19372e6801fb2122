import type { Clock } from '@tixgo/platform/clock.ts';
import { subgraphUnavailable } from '@tixgo/platform/errors.ts';
import type { SubgraphSource } from '@tixgo/platform/subgraphs/subgraph-source.ts';

/** Waits in vain, with no answer between, after which a subgraph is taken for stuck. */
const failuresInARow = 5;
/** One that is gone is found out at once, and asking it again costs nothing: only what took this long, in milliseconds. */
const longWait = 1_000;
/** How long nobody waits for it then, in milliseconds; twice as long each time that it is still stuck. */
const firstPause = 250;
const longestPause = 1_000;

/**
 * A circuit breaker (M. Nygard, "Release It!"): while a subgraph is stuck, requests get what else there is at once
 * instead of each waiting its whole time for it. After a pause one of them asks again. Mistakes that a subgraph answers
 * are answers.
 */
export function breakingSource(source: SubgraphSource, clock: Clock): SubgraphSource {
  let failures = 0;
  let pause = firstPause;
  let pausedSince = Number.NEGATIVE_INFINITY;
  let pausedUntil = 0;
  let isProbing = false;

  const succeed = () => {
    failures = 0;
    pause = firstPause;
    pausedUntil = 0;
  };
  const fail = (started: number) => {
    const now = clock().getTime();
    // One that was on its way when the pause began says nothing that is not known.
    if (now - started < longWait || started < pausedSince) return;
    failures += 1;
    if (failures < failuresInARow) return;
    pausedSince = now;
    pausedUntil = now + pause;
    pause = Math.min(pause * 2, longestPause);
  };

  return {
    ...source,
    execute: async (request) => {
      const isOpen = failures >= failuresInARow;
      if (isOpen && (isProbing || clock().getTime() < pausedUntil)) throw subgraphUnavailable();
      if (isOpen) isProbing = true;
      const started = clock().getTime();
      try {
        const result = await source.execute(request);
        succeed();
        return result;
      } catch (error) {
        // A request whose own time was over says nothing about the subgraph.
        if (!request.signal?.aborted) fail(started);
        throw error;
      } finally {
        if (isOpen) isProbing = false;
      }
    },
  };
}
