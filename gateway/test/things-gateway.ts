import { readFileSync } from 'node:fs';
import { Authentication } from '@tixgo/platform/authentication.ts';
import { buildSubgraph } from '@tixgo/platform/graphql/subgraph.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import type { SubgraphSource } from '@tixgo/platform/subgraphs/subgraph-source.ts';
import { AccessTokens } from '@tixgo/platform/tokens.ts';
import type { Tracing } from '@tixgo/platform/tracing/tracing.ts';
import { composeSupergraph } from '@tixgo/schema/compose.ts';
import fastify, { type FastifyInstance } from 'fastify';
import { suiteEnvironment } from '../audit/suite-environment.ts';
import type { GatewayEnvironment } from '../env.ts';
import { registerGateway } from '../gateway.ts';
import type { GatewayMetrics } from '../observability/gateway-metrics.ts';
import { hostedSource } from '../sources/hosted-source.ts';
import { prepareSupergraph, supergraphRules } from '../supergraph/loaded-supergraph.ts';

export const prelude = readFileSync(new URL('../../schema/common.graphql', import.meta.url), 'utf8');
export const thingsSdl = `${prelude}
type Query {
  thing(id: ID!, size: Int = 1): Thing @public
  secret: String @requiresRole(role: ADMIN)
  broken: String @public
  things(first: Int!): [Thing!] @public
}
type Mutation { rename(id: ID!, name: String!): Thing @public }
type Thing @key(fields: "id") { id: ID! name: String! size: Int failing: String! }
`;

const thing = (id: string, name = `thing ${id}`) => ({ id, name, size: 3 });
const resolvers = {
  Query: {
    thing: (_: unknown, { id }: { id: string }) => (id === 'none' ? null : thing(id)),
    secret: () => 'secret',
    broken: () => {
      throw new Error('inner words');
    },
    things: (_: unknown, { first }: { first: number }) =>
      Array.from({ length: first }, (_, at) => thing(`${at}`)),
  },
  Mutation: { rename: (_: unknown, { id, name }: { id: string; name: string }) => thing(id, name) },
  Thing: { failing: () => null },
};

const tokens = new AccessTokens(
  { secret: 'x'.repeat(32), algorithm: 'HS256', lifetimeMinutes: 1 },
  () => new Date(),
);

export interface ThingsGatewaySettings {
  readonly environment?: Partial<GatewayEnvironment>;
  readonly apolloAlone?: boolean;
  readonly metrics?: GatewayMetrics;
  readonly tracing?: Tracing;
  /** Where its subgraph is, when it is not in this process. */
  readonly source?: SubgraphSource;
}

export const thingsSubgraph = () =>
  buildSubgraph({
    name: 'things',
    sdl: thingsSdl,
    resolvers,
    createContext: (scope) => scope,
    log: createLog('silent'),
  });

/** A gateway over one small subgraph, to ask what has nothing to do with tickets. */
export async function thingsGateway({
  environment = {},
  apolloAlone = false,
  metrics,
  tracing,
  source,
}: ThingsGatewaySettings = {}): Promise<FastifyInstance> {
  const log = createLog('silent');
  const subgraph = thingsSubgraph();
  const { supergraphSdl = '', errors } = composeSupergraph([{ name: 'things', sdl: thingsSdl }]);
  if (errors.length > 0) throw new Error(errors.join('\n'));
  const app = fastify({ genReqId: () => 'the-request' });
  await registerGateway(app, {
    environment: { ...suiteEnvironment, ...environment },
    supergraph: prepareSupergraph(supergraphSdl, supergraphRules(supergraphSdl, [subgraph])),
    sources: [source ?? hostedSource(subgraph)],
    authentication: new Authentication({ tokens, isEnded: () => false }),
    log,
    apolloAlone,
    metrics,
    tracing,
  });
  return app;
}

/** A token of somebody with this role, as identity would issue it. */
export function tokenOf(role: 'ADMIN' | 'USER'): string {
  const id = '01890a5d-ac96-774b-bcce-b302099a8057';
  return tokens.issue({ id, username: 'somebody', role, sessionId: 's', issuedAt: new Date() }).token;
}
