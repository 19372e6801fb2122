import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Authentication } from '@tixgo/platform/authentication.ts';
import { buildSubgraph } from '@tixgo/platform/graphql/subgraph.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import { AccessTokens } from '@tixgo/platform/tokens.ts';
import { composeSupergraph } from '@tixgo/schema/compose.ts';
import fastify, { type FastifyInstance, type InjectOptions } from 'fastify';
import { productionLimits } from '../env.ts';
import { registerGateway } from '../gateway.ts';
import { hostedSource } from '../sources/hosted-source.ts';
import { prepareSupergraph, supergraphRules } from '../supergraph/loaded-supergraph.ts';

const prelude = readFileSync(new URL('../../schema/common.graphql', import.meta.url), 'utf8');
const sdl = `${prelude}
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

async function host(apolloAlone: boolean): Promise<FastifyInstance> {
  const log = createLog('silent');
  const subgraph = buildSubgraph({ name: 'things', sdl, resolvers, createContext: (scope) => scope, log });
  const { supergraphSdl = '', errors } = composeSupergraph([{ name: 'things', sdl }]);
  expect(errors).toEqual([]);
  const app = fastify({ genReqId: () => 'the-request' });
  await registerGateway(app, {
    environment: {
      introspection: true,
      explorer: false,
      corsOrigins: [],
      deadline: 5_000,
      bodyLimit: 100_000,
      limits: { perAddress: 0, perViewer: 0 },
      documentLimits: productionLimits,
      limitsAreTold: true,
    },
    supergraph: prepareSupergraph(supergraphSdl, supergraphRules(supergraphSdl, [subgraph])),
    sources: [hostedSource(subgraph)],
    authentication: new Authentication({ tokens, isEnded: () => false }),
    log,
    apolloAlone,
  });
  return app;
}

let short: FastifyInstance;
let alone: FastifyInstance;
beforeAll(async () => {
  [short, alone] = await Promise.all([host(false), host(true)]);
});
afterAll(async () => {
  await Promise.all([short.close(), alone.close()]);
});

const json = { 'content-type': 'application/json' };
const post = (payload: object | string, headers: Record<string, string> = json): InjectOptions => ({
  method: 'POST',
  url: '/graphql',
  headers,
  payload,
});

const byVariable = 'query Q($id: ID!, $size: Int) { thing(id: $id, size: $size) { name id } }';
const conditional = 'query ($with: Boolean! = true) { thing(id: "1") { id name @include(if: $with) } }';

const requests: readonly (readonly [string, InjectOptions])[] = [
  ['a query', post({ query: '{ thing(id: "1") { id name } }' })],
  ['one with another literal', post({ query: '{ thing(id: "2") { id name } }' })],
  ['a literal of another kind', post({ query: '{ thing(id: 2) { id name } }' })],
  ['a literal that is no ID', post({ query: '{ thing(id: 2.5) { id name } }' })],
  ['an overlong Int', post({ query: '{ thing(id: "1", size: 3000000000) { id } }' })],
  ['a malformed number', post({ query: '{ thing(id: 01) { id name } }' })],
  ['a control character in a string', post({ query: '{ thing(id: "\u0001") { id name } }' })],
  ['variables', post({ query: byVariable, variables: { id: '1' } })],
  ['null for variables', post({ query: '{ thing(id: "1") { id } }', variables: null })],
  ['a missing variable', post({ query: byVariable, variables: {} })],
  ['a variable of another type', post({ query: byVariable, variables: { id: { a: 1 } } })],
  ['a variable that is not declared', post({ query: byVariable, variables: { id: '1', other: 1 } })],
  ['a list for variables', post({ query: byVariable, variables: [] })],
  [
    'an operation by name',
    post({ query: 'query A { thing(id: "1") { id } } query B { broken }', operationName: 'A' }),
  ],
  ['no operation named', post({ query: 'query A { thing(id: "1") { id } } query B { broken }' })],
  ['an unknown operation', post({ query: '{ thing(id: "1") { id } }', operationName: 'Z' })],
  ['an empty name', post({ query: '{ thing(id: "1") { id } }', operationName: '' })],
  ['a field that fails', post({ query: '{ broken }' })],
  ['a null that may not be', post({ query: '{ thing(id: "1") { id failing } }' })],
  ['nothing found', post({ query: '{ thing(id: "none") { id } }' })],
  ['what only admins may', post({ query: '{ secret }' })],
  ['it by an admin', post({ query: '{ secret }' }, { ...json, authorization: '@ADMIN' })],
  ['it by a user', post({ query: '{ secret }' }, { ...json, authorization: '@USER' })],
  [
    'a bad token',
    post({ query: '{ thing(id: "1") { id } }' }, { ...json, authorization: 'Bearer nonsense' }),
  ],
  ['a mutation', post({ query: 'mutation { rename(id: "1", name: "n\\u00e4me \\"x\\"") { name } }' })],
  ['a condition', post({ query: conditional })],
  ['a condition that is false', post({ query: conditional, variables: { with: false } })],
  ['a condition of null', post({ query: conditional, variables: { with: null } })],
  ['introspection', post({ query: '{ __schema { queryType { name } } __typename }' })],
  ['a list within its cost', post({ query: '{ things(first: 5) { id } }' })],
  ['a list over it', post({ query: '{ things(first: 2000000) { id } }' })],
  ['a document over a limit', post({ query: `{ ${'thing(id: "1") { id } '.repeat(60)} }` })],
  ['no document', post({ query: '{ thing(' })],
  ['a field that is not there', post({ query: '{ thong }' })],
  ['no query', post({ variables: {} })],
  ['a list of operations', post([{ query: '{ __typename }' }])],
  ['no JSON', post('{', json)],
  ['an unknown hash', post({ extensions: { persistedQuery: { version: 1, sha256Hash: 'a'.repeat(64) } } })],
  ['a form', post('query=1', { 'content-type': 'text/plain' })],
  [
    'GET',
    { method: 'GET', url: '/graphql?query=%7B__typename%7D', headers: { 'apollo-require-preflight': '1' } },
  ],
  ['GET without the preflight header', { method: 'GET', url: '/graphql?query=%7B__typename%7D' }],
  [
    'JSON in a charset',
    post({ query: '{ thing(id: "1") { id } }' }, { 'content-type': 'application/json; charset=utf-8' }),
  ],
  ['any answer', post({ query: '{ thing(id: "1") { id } }' }, { ...json, accept: '*/*' })],
  [
    'the newer media type',
    post({ query: '{ thing(id: "1") { id } }' }, { ...json, accept: 'application/graphql-response+json' }),
  ],
  [
    'a media type that there is none of',
    post({ query: '{ thing(id: "1") { id } }' }, { ...json, accept: 'text/csv' }),
  ],
];

async function answer(app: FastifyInstance, request: InjectOptions) {
  const headers = { ...request.headers } as Record<string, string>;
  const role = headers.authorization?.startsWith('@') ? headers.authorization.slice(1) : undefined;
  if (role) headers.authorization = `Bearer ${tokenOf(role as 'ADMIN' | 'USER')}`;
  const { statusCode, headers: answered, body } = await app.inject({ ...request, headers });
  const { date: _date, ...told } = answered;
  return { statusCode, headers: told, body };
}

const tokenOf = (role: 'ADMIN' | 'USER') =>
  tokens.issue({
    id: '01890a5d-ac96-774b-bcce-b302099a8057',
    username: 'somebody',
    role,
    sessionId: 's',
    issuedAt: new Date(),
  }).token;

describe('a request for', () => {
  test.each(requests)(
    '%s is answered alike on both ways, when it is new and when it is known',
    async (_, request) => {
      for (let time = 0; time < 3; time += 1) {
        expect(await answer(short, request)).toEqual(await answer(alone, request));
      }
    },
  );
});
