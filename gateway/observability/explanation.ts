import type { QueryPlan } from '../supergraph/supergraph.ts';

export const explainHeader = 'tixgo-explain';

/** How one request was answered, for whoever asks with the header in development. */
export interface Explanation {
  plan?: QueryPlan;
  readonly fetches: ExplainedFetch[];
}

export interface ExplainedFetch {
  readonly subgraph: string;
  readonly operation: string;
  /** How many entities it asks for; undefined for a fetch at the root. */
  readonly entities?: number;
  /** Since the first fetch went out, in milliseconds. */
  readonly startedAt: number;
  readonly milliseconds: number;
  readonly outcome: 'ok' | 'partial' | 'failed';
}
