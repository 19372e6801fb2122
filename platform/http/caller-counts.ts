import { type Clock, systemClock } from '../clock.ts';
import { BoundedCache } from '../graphql/bounded-cache.ts';

/** Counts the requests of each caller within a minute. */
export interface CallerCounts {
  /** Counts one more. Answers how many the caller has made in its minute, and how long that lasts still, in milliseconds. */
  count(caller: string): { readonly current: number; readonly ttl: number };
}

/** In milliseconds. */
export const minute = 60_000;
/** As many callers are told apart; beyond them the longest silent one begins anew. */
export const mostCallers = 50_000;

interface Minute {
  readonly until: number;
  requests: number;
}

/** For a process that is alone: a caller's minute begins with its first request. */
export class OwnCallerCounts implements CallerCounts {
  readonly #minutes = new BoundedCache<string, Minute>(mostCallers);
  readonly #clock: Clock;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  count(caller: string): { readonly current: number; readonly ttl: number } {
    const now = this.#clock().getTime();
    let counted = this.#minutes.get(caller);
    if (!counted || counted.until <= now) {
      counted = { until: now + minute, requests: 0 };
      this.#minutes.set(caller, counted);
    }
    counted.requests += 1;
    return { current: counted.requests, ttl: counted.until - now };
  }
}
