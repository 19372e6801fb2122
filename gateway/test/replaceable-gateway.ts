import { setTimeout as pause } from 'node:timers/promises';
import { Authentication } from '@tixgo/platform/authentication.ts';
import { buildSubgraph, type ExecutableSubgraph } from '@tixgo/platform/graphql/subgraph.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import type { SubgraphSource } from '@tixgo/platform/subgraphs/subgraph-source.ts';
import { AccessTokens } from '@tixgo/platform/tokens.ts';
import { composeSupergraph } from '@tixgo/schema/compose.ts';
import fastify from 'fastify';
import { suiteEnvironment } from '../audit/suite-environment.ts';
import { registerGateway } from '../gateway.ts';
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

/** A gateway whose subgraphs answer both supergraphs, after a moment: what stands before and after can be told apart. */
export async function replaceableGateway({ apolloAlone = false } = {}) {
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
  const app = fastify();
  const tokenSettings = { secret: 'x'.repeat(32), algorithm: 'HS256', lifetimeMinutes: 1 } as const;
  const tokens = new AccessTokens(tokenSettings, () => new Date());
  const gateway = await registerGateway(app, {
    environment: suiteEnvironment,
    supergraph: loaded(supergraphOf('before')),
    sources: [waiting(shop, async () => await held.until()), hostedSource(pricing)],
    authentication: new Authentication({ tokens, isEnded: () => false }),
    log,
    apolloAlone,
  });
  const ask = async (payload: object) => {
    const headers = { 'content-type': 'application/json' };
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
