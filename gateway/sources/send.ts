import { subgraphUnavailable } from '@tixgo/platform/errors.ts';
import type { RequestScope } from '@tixgo/platform/graphql/subgraph.ts';
import type { SubgraphSource } from '@tixgo/platform/subgraphs/subgraph-source.ts';
import type { Send } from '../executor/execution.ts';

/** In whose name, and until when, a request's fetches go out. */
export interface FetchScope extends RequestScope {
  readonly signal: AbortSignal;
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
