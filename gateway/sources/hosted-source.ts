import { subgraphUnavailable } from '@tixgo/platform/errors.ts';
import { type ExecutableSubgraph, hasDataAlone } from '@tixgo/platform/graphql/subgraph.ts';
import { beforeAbort } from '@tixgo/platform/http/deadline.ts';
import type { SubgraphSource } from '@tixgo/platform/subgraphs/subgraph-source.ts';

/**
 * A subgraph in this process: no HTTP, no serialisation. What it executes it executes as GraphQL has it. Its callers wait as
 * long as they like; a deadline is for those that take a connection while they wait.
 */
export function hostedSource(subgraph: ExecutableSubgraph): SubgraphSource {
  return {
    name: subgraph.name,
    execute: async ({ signal, deadline: _deadline, ...request }) => {
      if (signal?.aborted) throw subgraphUnavailable();
      const result = await beforeAbort(subgraph.execute(request), signal);
      return hasDataAlone(result) ? { data: result.data, isExact: true } : result;
    },
    close: async () => {},
  };
}
