import { subgraphUnavailable } from '@tixgo/platform/errors.ts';
import type { ExecutableSubgraph } from '@tixgo/platform/graphql/subgraph.ts';
import { beforeAbort } from '@tixgo/platform/http/deadline.ts';
import type { SubgraphSource } from '@tixgo/platform/subgraphs/subgraph-source.ts';

/** A subgraph in this process: no HTTP, no serialisation. */
export function hostedSource(subgraph: ExecutableSubgraph): SubgraphSource {
  return {
    name: subgraph.name,
    execute: async ({ signal, ...request }) => {
      if (signal?.aborted) throw subgraphUnavailable();
      return await beforeAbort(subgraph.execute(request), signal);
    },
    close: async () => {},
  };
}
