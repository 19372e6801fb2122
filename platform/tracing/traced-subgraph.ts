import type { ExecutableSubgraph } from '../graphql/subgraph.ts';
import type { Tracing } from './tracing.ts';

/** A subgraph whose calls are parts of the traces of those who made them. */
export function tracedSubgraph(subgraph: ExecutableSubgraph, tracing: Tracing): ExecutableSubgraph {
  const { name, schema, accessRules } = subgraph;
  return {
    name,
    schema,
    accessRules,
    execute: async ({ traceparent: parent, ...request }) => {
      const type = request.query.startsWith('mutation') ? 'mutation' : 'query';
      const attributes = { 'graphql.operation.type': type, 'tixgo.request_id': request.requestId };
      const span = tracing.start(type, { kind: 'server', parent, attributes });
      try {
        const result = await subgraph.execute(request);
        const [error] = result.errors ?? [];
        span.end(error && String(error.extensions?.code ?? 'INTERNAL_SERVER_ERROR'));
        return result;
      } catch (error) {
        span.end('INTERNAL_SERVER_ERROR');
        throw error;
      }
    },
  };
}
