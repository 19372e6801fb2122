import type { Accepted, Operation } from './operations.ts';
import type { Pace, Timing, Until } from './pace.ts';

/** Load for one variant, run in a process of its own. */
export interface Job {
  readonly operation: Operation;
  readonly pace: Pace;
  readonly until: Until;
}

export interface HttpJob extends Job {
  /** Callers take them in turn. */
  readonly origins: readonly string[];
  /** Each request is the next viewer's. */
  readonly tokens: readonly string[];
}

export interface JobResult extends Timing {
  /** Check-ins, orders or payments that were made, with the number of the request that made each. */
  readonly accepted: readonly Accepted[];
  /** Of each refused scan the check-in that it names. */
  readonly refusedFor: readonly string[];
  readonly soldOut: number;
  readonly declined: number;
  readonly read: number;
  readonly wrong: number;
  readonly firstWrong: string | undefined;
}

export type JobMessage<Result> = { readonly result: Result } | { readonly failure: string };
