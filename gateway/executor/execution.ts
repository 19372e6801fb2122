import type { RaisedError } from '@tixgo/platform/graphql/public-errors.ts';
import type { SubgraphResult } from '@tixgo/platform/graphql/subgraph.ts';

/** An object of an answer, as it came from a subgraph; later answers are merged into it. */
export type ResponseObject = { [responseName: string]: unknown };

export type Variables = Readonly<Record<string, unknown>>;

/** One operation for one subgraph, the same for every request of a document. */
export interface SubgraphOperation {
  readonly subgraph: string;
  readonly text: string;
  /** Of what it answers in the operation, dots between; empty at the root. */
  readonly path: string;
}

/** Sends an operation of one request. @throws SUBGRAPH_UNAVAILABLE; what a subgraph says itself is in the result */
export type Send = (operation: SubgraphOperation, variables: Variables) => Promise<SubgraphResult>;

/** What the steps of one request share. */
export interface Execution {
  readonly data: ResponseObject;
  readonly errors: RaisedError[];
  readonly variables: Variables;
  readonly send: Send;
  /** Merges what was left as text, for an answer that is shaped. */
  readonly unmerged: (() => void)[];
}

/** A compiled part of a plan. Never rejects: what a subgraph fails to answer is in `errors`. */
export type Step = (execution: Execution) => Promise<void>;
