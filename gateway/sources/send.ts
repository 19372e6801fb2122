import { subgraphUnavailable } from '@tixgo/platform/errors.ts';
import type { RequestScope } from '@tixgo/platform/graphql/subgraph.ts';
import type { SubgraphSource } from '@tixgo/platform/subgraphs/subgraph-source.ts';
import type { Send } from '../executor/execution.ts';
import { batchingSource } from './batching-source.ts';
import { sharingSource } from './sharing-source.ts';

/** In whose name, and until when, a request's fetches go out. */
export interface FetchScope extends RequestScope {
  readonly signal: AbortSignal;
}

/** What is done for fetches of one caller that are under way at once. */
export interface FetchSettings {
  /** Equal ones are asked once. */
  readonly areShared: boolean;
  /** Those for entities are joined. */
  readonly areBatched: boolean;
}

/** A remote source as it is asked; one in this process has nothing to gain. */
export function economical(source: SubgraphSource, { areShared, areBatched }: FetchSettings): SubgraphSource {
  const batching = areBatched ? batchingSource(source) : source;
  return areShared ? sharingSource(batching) : batching;
}

/** How the fetches of requests reach the subgraphs. */
export type SendFor = (scope: FetchScope) => Send;

export function sendTo(sources: ReadonlyMap<string, SubgraphSource>): SendFor {
  return ({ viewer, requestId, address, userAgent, signal }) =>
    async ({ subgraph, text: query }, variables) => {
      const source = sources.get(subgraph);
      if (!source) throw subgraphUnavailable();
      return await source.execute({ query, variables, viewer, requestId, address, userAgent, signal });
    };
}
