import type { Clock } from '../clock.ts';

/** How long what was asked and asked again counts, in milliseconds. */
const window = 10_000;
/** Of the requests of that time, these may be asked again. */
const share = 0.2;
/** And so many besides: all that was under way when a process was killed, at a time with few requests. */
const floor = 100;

interface Count {
  readonly since: number;
  requests: number;
  retries: number;
}

/**
 * Keeps what is asked again to a part of what is asked (Finagle's RetryBudget, with its defaults): a subgraph that fails
 * under its load is not brought down by twice of it.
 */
export class RetryBudget {
  readonly #clock: Clock;
  #before: Count = { since: 0, requests: 0, retries: 0 };
  #now: Count = { since: 0, requests: 0, retries: 0 };

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A request goes out for the first time. */
  count(): void {
    this.#turn();
    this.#now.requests += 1;
  }

  /** Whether one may go out again, which is counted then. */
  spend(): boolean {
    this.#turn();
    const requests = this.#before.requests + this.#now.requests;
    const retries = this.#before.retries + this.#now.retries;
    if (retries >= floor + share * requests) return false;
    this.#now.retries += 1;
    return true;
  }

  /** Two halves of the window, of which the older one is forgotten at a time. */
  #turn(): void {
    const time = this.#clock().getTime();
    const age = time - this.#now.since;
    if (age < window / 2) return;
    const empty = { since: time, requests: 0, retries: 0 };
    this.#before = age < window ? this.#now : empty;
    this.#now = { ...empty };
  }
}
