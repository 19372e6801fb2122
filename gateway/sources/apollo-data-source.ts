import type { GraphQLDataSource } from '@apollo/gateway';
import type { SubgraphSource } from '@tixgo/platform/subgraphs/subgraph-source.ts';
import type { GatewayContext } from '../request-context.ts';

/** Lets @apollo/gateway's executor fetch from a source, with the request's viewer, id and deadline. */
export function apolloDataSource(source: SubgraphSource): GraphQLDataSource<GatewayContext> {
  return {
    process: async ({ request, context }) => {
      const { viewer, requestId, address, userAgent, signal } = context;
      const result = await source.execute({
        query: request.query ?? '',
        variables: request.variables ?? {},
        operationName: request.operationName ?? undefined,
        viewer,
        requestId,
        address,
        userAgent,
        signal,
      });
      // The executor merges objects that it may write to.
      return {
        data: (result.data ?? null) as Record<string, unknown> | null,
        ...(result.errors && { errors: [...result.errors] }),
      };
    },
  };
}
