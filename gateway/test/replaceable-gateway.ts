import { setTimeout as pause } from 'node:timers/promises';
import { Authentication } from '@tixgo/platform/authentication.ts';
import { buildSubgraph, type ExecutableSubgraph } from '@tixgo/platform/graphql/subgraph.ts';
import { createHttpService, type HttpService } from '@tixgo/platform/http/http-service.ts';
import { guardPublicDoor } from '@tixgo/platform/http/public-door.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import type { SubgraphSource } from '@tixgo/platform/subgraphs/subgraph-source.ts';
import { AccessTokens } from '@tixgo/platform/tokens.ts';
import { composeSupergraph } from '@tixgo/schema/compose.ts';
import { suiteEnvironment } from '../audit/suite-environment.ts';
import { type Gateway, registerGateway } from '../gateway.ts';
import { hostedSource } from '../sources/hosted-source.ts';
import { prepareSupergraph, supergraphRules } from '../supergraph/loaded-supergraph.ts';
import { prelude } from './things-gateway.ts';

const thing = 'type Thing @key(fields: "id") { id: ID! name: String!';
const root = 'type Query { thing(id: ID!): Thing @public }';
const told = 'price: Int label: String';

/** Things that tell their price themselves, and things whose price somebody else tells. */
const shops = `${prelude} ${root} ${thing} ${told} old: Int fresh: Int }`;
const supergraphs = {
  before: [{ name: 'shop', sdl: `${prelude} ${root} ${thing} ${told} old: Int }` }],
  after: [
    { name: 'shop', sdl: `${prelude} ${root} ${thing} fresh: Int }` },
    { name: 'prices', sdl: `${prelude} type Thing @key(fields: "id") { id: ID! ${told} }` },
  ],
};
type Version = keyof typeof supergraphs;

export function supergraphOf(version: Version): string {
  const { supergraphSdl = '', errors } = composeSupergraph(supergraphs[version]);
  if (errors.length > 0) throw new Error(errors.join('\n'));
  return supergraphSdl;
}

export const loaded = (sdl: string) => prepareSupergraph(sdl, supergraphRules(sdl, []));

/** @returns where it listens */
async function answeredFirst(
  http: HttpService,
  gateway: Gateway,
  authentication: Authentication,
): Promise<string> {
  const limits = { perAddress: 0, perViewer: 0 };
  const door = await guardPublicDoor(http.app, {
    publicUrl: 'http://localhost',
    corsOrigins: [],
    authentication,
    limits,
    maxDelay: 0,
    counts: undefined,
  });
  gateway.serveFirst(http, door);
  const port = await http.listen({ host: '127.0.0.1', port: 0, portVariable: 'TEST_PORT' });
  return `http://127.0.0.1:${port}/graphql`;
}

/** A gateway whose subgraphs answer both supergraphs, after a moment: what stands before and after can be told apart. */
export async function replaceableGateway({ apolloAlone = false, isFirst = false } = {}) {
  const log = createLog('silent');
  const build = (name: string, sdl: string, resolvers: object) =>
    buildSubgraph({ name, sdl, resolvers, createContext: (scope) => scope, log });
  const shop = build('shop', shops, {
    Query: {
      thing: (_: unknown, { id }: { id: string }) => ({ id, name: `thing ${id}`, price: 1, label: 'before' }),
    },
    Thing: { old: () => 1, fresh: () => 2 },
  });
  const [, prices] = supergraphs.after;
  const pricing = build('prices', prices?.sdl ?? '', {
    Thing: { __resolveReference: ({ id }: { id: string }) => ({ id, price: 2, label: 'after' }) },
  });
  /** What the shop waits for before it answers. */
  const held = { until: async () => await pause(1) };
  const http = createHttpService({ name: 'things', log, isReady: async () => true });
  const { app } = http;
  const tokenSettings = { secret: 'x'.repeat(32), algorithm: 'HS256', lifetimeMinutes: 1 } as const;
  const tokens = new AccessTokens(tokenSettings, () => new Date());
  const authentication = new Authentication({ tokens, isEnded: () => false });
  const gateway = await registerGateway(app, {
    environment: suiteEnvironment,
    supergraph: loaded(supergraphOf('before')),
    sources: [waiting(shop, async () => await held.until()), hostedSource(pricing)],
    authentication,
    log,
    apolloAlone,
  });
  const overHttp = isFirst ? await answeredFirst(http, gateway, authentication) : undefined;
  const ask = async (payload: object) => {
    const headers = { 'content-type': 'application/json' };
    if (overHttp) {
      const answer = await fetch(overHttp, { method: 'POST', headers, body: JSON.stringify(payload) });
      return { statusCode: answer.status, ...((await answer.json()) as object) };
    }
    const { statusCode, body } = await app.inject({ method: 'POST', url: '/graphql', payload, headers });
    return { statusCode, ...JSON.parse(body) };
  };
  const serve = async (version: Version) => await gateway.replaceSupergraph(loaded(supergraphOf(version)));
  return { app, gateway, held, ask, serve };
}

function waiting(subgraph: ExecutableSubgraph, until: () => Promise<void>): SubgraphSource {
  const source = hostedSource(subgraph);
  return {
    ...source,
    execute: async (request) => {
      await until();
      return await source.execute(request);
    },
  };
}
