import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import type { ExecutableSubgraph } from '@tixgo/platform/graphql/subgraph.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import { silenceVendorTelemetry } from '../env.ts';
import { buildSubgraphs } from '../subgraphs/subgraphs.ts';

/** @apollo/gateway as its documentation starts it: no access rules, no tokens, no limits. */
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    supergraph: { type: 'string', default: '' },
    'in-process': { type: 'boolean', default: false },
  },
});
silenceVendorTelemetry();
const hosted = new Map(
  values['in-process'] ? buildSubgraphs(createLog('warn')).map((subgraph) => [subgraph.name, subgraph]) : [],
);
const gateway = new ApolloGateway({
  supergraphSdl: readFileSync(values.supergraph, 'utf8'),
  ...(values['in-process'] && { buildService: ({ name }: { name: string }) => dataSource(hosted.get(name)) }),
});
// Its own way to end on a signal loses the CPU profile.
const server = new ApolloServer({ gateway, stopOnTerminationSignals: false });
await startStandaloneServer(server, { listen: { port: Number(values.port), host: '127.0.0.1' } });
process.once('SIGTERM', () => process.exit(0));

/** Our compiled subgraphs: faster than the LocalGraphQLDataSource of the package, which parses and validates every fetch. */
function dataSource(subgraph: ExecutableSubgraph | undefined): GraphQLDataSource {
  if (!subgraph) throw new Error('The supergraph names a subgraph that is not here.');
  const viewer = { kind: 'service', name: 'stock' } as const;
  return {
    process: async ({ request }) => {
      const { query = '', variables } = request;
      const result = await subgraph.execute({ query, variables, viewer, requestId: 'stock' });
      // The executor merges objects that it may write to.
      return {
        data: result.data as Record<string, unknown>,
        ...(result.errors && { errors: [...result.errors] }),
      };
    },
  };
}
