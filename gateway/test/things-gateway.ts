import { readFileSync } from 'node:fs';
import { Authentication } from '@tixgo/platform/authentication.ts';
import { buildSubgraph } from '@tixgo/platform/graphql/subgraph.ts';
import {
  createHttpService,
  type HttpService,
  type HttpServiceSettings,
} from '@tixgo/platform/http/http-service.ts';
import { guardPublicDoor, type PublicDoorSettings } from '@tixgo/platform/http/public-door.ts';
import { createLog, type Log } from '@tixgo/platform/logging.ts';
import type { SubgraphSource } from '@tixgo/platform/subgraphs/subgraph-source.ts';
import { AccessTokens } from '@tixgo/platform/tokens.ts';
import type { Tracing } from '@tixgo/platform/tracing/tracing.ts';
import { composeSupergraph } from '@tixgo/schema/compose.ts';
import fastify, { type FastifyInstance } from 'fastify';
import { suiteEnvironment } from '../audit/suite-environment.ts';
import type { GatewayEnvironment } from '../env.ts';
import { type Gateway, registerGateway } from '../gateway.ts';
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

/** @param isEnded whether the access of somebody with a token was ended */
export const thingsAuthentication = (isEnded: () => boolean = () => false) =>
  new Authentication({ tokens, isEnded });

export interface ThingsGatewaySettings {
  readonly environment?: Partial<GatewayEnvironment>;
  readonly apolloAlone?: boolean;
  readonly metrics?: GatewayMetrics;
  readonly tracing?: Tracing;
  readonly authentication?: Authentication;
  /** Of the gateway; silent by default. */
  readonly log?: Log;
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
export async function thingsGateway(settings: ThingsGatewaySettings = {}): Promise<FastifyInstance> {
  const app = fastify({ genReqId: () => 'the-request' });
  await registerThings(app, settings);
  return app;
}

export interface ListeningThings {
  readonly http: HttpService;
  readonly url: string;
}

/** The same as the host has it, behind its door. */
export async function listeningThings(
  settings: ThingsGatewaySettings & Partial<PublicDoorSettings> & Partial<HttpServiceSettings> = {},
): Promise<ListeningThings> {
  const http = createHttpService({ name: 'things', log: silent, isReady: async () => true, ...settings });
  const door = await guardPublicDoor(http.app, {
    publicUrl: 'http://localhost',
    corsOrigins: [],
    authentication: thingsAuthentication(),
    limits: { perAddress: 10_000, perViewer: 10_000 },
    maxDelay: 0,
    counts: undefined,
    ...settings,
  });
  const gateway = await registerThings(http.app, settings);
  if (!settings.apolloAlone) gateway.serveFirst(http, door);
  const port = await http.listen({ host: '127.0.0.1', port: 0, portVariable: 'TEST_PORT' });
  return { http, url: `http://127.0.0.1:${port}/graphql` };
}

const silent = createLog('silent');

/** Puts the gateway on `app`, whatever else that has. */
export async function registerThings(
  app: FastifyInstance,
  {
    environment = {},
    apolloAlone = false,
    authentication = thingsAuthentication(),
    log = silent,
    metrics,
    tracing,
    source,
  }: ThingsGatewaySettings,
): Promise<Gateway> {
  const subgraph = thingsSubgraph();
  const { supergraphSdl = '', errors } = composeSupergraph([{ name: 'things', sdl: thingsSdl }]);
  if (errors.length > 0) throw new Error(errors.join('\n'));
  return await registerGateway(app, {
    environment: { ...suiteEnvironment, ...environment },
    supergraph: prepareSupergraph(supergraphSdl, supergraphRules(supergraphSdl, [subgraph])),
    sources: [source ?? hostedSource(subgraph)],
    authentication,
    log,
    apolloAlone,
    metrics,
    tracing,
  });
}

/** A token of somebody with this role, as identity would issue it. */
export function tokenOf(role: 'ADMIN' | 'USER'): string {
  const id = '01890a5d-ac96-774b-bcce-b302099a8057';
  return tokens.issue({ id, username: 'somebody', role, sessionId: 's', issuedAt: new Date() }).token;
}
