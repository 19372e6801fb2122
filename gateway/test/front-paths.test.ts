import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createLog } from '@tixgo/platform/logging.ts';
import type { FastifyInstance, InjectOptions } from 'fastify';
import {
  type ListeningThings,
  listeningThings,
  thingsAuthentication,
  thingsGateway,
  tokenOf,
} from './things-gateway.ts';

let short: FastifyInstance;
let alone: FastifyInstance;
let first: ListeningThings;
let framework: ListeningThings;
beforeAll(async () => {
  [short, alone] = await Promise.all([thingsGateway(), thingsGateway({ apolloAlone: true })]);
  [first, framework] = await Promise.all([listeningThings(), listeningThings({ apolloAlone: true })]);
});
afterAll(async () => {
  await Promise.all([short.close(), alone.close(), first.http.close(), framework.http.close()]);
});

const json = { 'content-type': 'application/json' };
const post = (payload: object | string, headers: Record<string, string> = json): InjectOptions => ({
  method: 'POST',
  url: '/graphql',
  headers,
  payload,
});

const byVariable = 'query Q($id: ID!, $size: Int) { thing(id: $id, size: $size) { name id } }';
const known = '{ thing(id: "1") { id } }';
const conditional = 'query ($with: Boolean! = true) { thing(id: "1") { id name @include(if: $with) } }';

const requests: readonly (readonly [string, InjectOptions])[] = [
  ['a query', post({ query: '{ thing(id: "1") { id name } }' })],
  ['one with another literal', post({ query: '{ thing(id: "2") { id name } }' })],
  ['a literal of another kind', post({ query: '{ thing(id: 2) { id name } }' })],
  ['a literal that is no ID', post({ query: '{ thing(id: 2.5) { id name } }' })],
  ['half of a letter in a string', post({ query: '{ thing(id: "\ud800") { id name } }' })],
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
  const {
    statusCode,
    headers: answered,
    body,
  } = await app.inject({ ...request, headers: headersOf(request) });
  const { date: _date, ...told } = answered;
  return { statusCode, headers: told, body };
}

/** With the bearer of a role that is named by its name. */
function headersOf({ headers: given }: InjectOptions): Record<string, string> {
  const headers = { ...given } as Record<string, string>;
  const { authorization } = headers;
  if (authorization?.startsWith('@'))
    headers.authorization = `Bearer ${tokenOf(authorization.slice(1) as 'ADMIN' | 'USER')}`;
  return headers;
}

const requestId = 'the-request';

async function answerOverHttp({ url }: ListeningThings, request: InjectOptions) {
  const { method = 'GET', payload } = request;
  const response = await fetch(new URL(String(request.url), url), {
    method,
    headers: { 'x-request-id': requestId, ...headersOf(request) },
    body: payload === undefined ? null : typeof payload === 'string' ? payload : JSON.stringify(payload),
  });
  const { date: _date, 'ratelimit-reset': reset, ...headers } = Object.fromEntries(response.headers);
  return { status: response.status, headers, isCounted: Number(reset) > 0, body: await response.text() };
}

describe('a request for', () => {
  test.each(requests)(
    '%s is answered alike on both ways, when it is new and when it is known',
    async (_, request) => {
      for (let time = 0; time < 3; time += 1) {
        expect(await answer(short, request)).toEqual(await answer(alone, request));
      }
    },
  );

  test.each([
    ...requests,
    ['a prototype', post('{"query":"{ thing(id: \\"1\\") { id } }","variables":{"__proto__":{"a":1}}}')],
    [
      'a prototype in other letters',
      post('{"query":"{ thing(id: \\"1\\") { id } }","variables":{"\\u005f\\u005fproto__":{"a":1}}}'),
    ],
    ['it from another site', post({ query: known }, { ...json, origin: 'https://elsewhere.example' })],
    ['it at length', post({ query: known, variables: { more: 'x'.repeat(100_000) } })],
    ['nothing', post('', json)],
  ] satisfies (typeof requests)[number][])(
    '%s is answered alike before the framework and by it',
    async (_, request) => {
      for (let time = 0; time < 3; time += 1)
        expect(await answerOverHttp(first, request)).toEqual(await answerOverHttp(framework, request));
    },
  );
});

test.each([
  ['application/json', 200],
  ['application/graphql-response+json', 400],
])('a condition of null is told in %s with the status of mistakes in variables', async (accept, status) => {
  for (const query of [conditional, conditional.replace('Boolean!', 'Boolean')]) {
    const request = post({ query, variables: { with: null } }, { ...json, accept });
    const { body, status: answered } = await answerOverHttp(first, request);
    expect(answered).toBe(status);
    expect(JSON.parse(body).errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', field: 'with' } },
    ]);
  }
});

describe('a request that is answered before the framework', () => {
  const ask = (url: string, headers: Record<string, string> = {}) =>
    fetch(url, { method: 'POST', headers: { ...json, ...headers }, body: JSON.stringify({ query: known }) });

  test('is not heard of by it', async () => {
    let handled = 0;
    const count = () => {
      handled += 1;
    };
    subscribe('tracing:fastify.request.handler:start', count);
    // The first makes the document known.
    for (let time = 0; time < 5; time += 1) await (await ask(first.url)).text();
    expect(handled).toBeLessThanOrEqual(1);
    await (await ask(framework.url)).text();
    expect(handled).toBeGreaterThan(0);
    unsubscribe('tracing:fastify.request.handler:start', count);
  });

  test('counts towards the caller’s limit, with those that are not', async () => {
    const { http, url } = await listeningThings({ limits: { perAddress: 3, perViewer: 5 } });
    const remaining = async (headers?: Record<string, string>) => {
      const response = await ask(url, headers);
      return [response.status, response.headers.get('ratelimit-remaining')];
    };
    expect([
      await remaining(),
      await remaining({ origin: 'https://elsewhere.example' }),
      await remaining(),
      await remaining(),
    ]).toEqual([
      [200, '2'],
      [200, '1'],
      [200, '0'],
      [429, '0'],
    ]);
    const user = { authorization: `Bearer ${tokenOf('USER')}` };
    expect(await remaining(user)).toEqual([200, '4']);
    const admin = { authorization: `Bearer ${tokenOf('ADMIN')}` };
    for (let time = 0; time < 6; time += 1) expect(await remaining(admin)).toEqual([200, null]);
    await http.close();
  });

  test('comes from whom a trusted proxy names', async () => {
    const { http, url } = await listeningThings({
      trustProxy: true,
      limits: { perAddress: 2, perViewer: 0 },
    });
    const from = async (client: string) =>
      (await ask(url, { 'x-forwarded-for': `6.6.6.6, ${client}` })).status;
    expect([await from('1.1.1.1'), await from('1.1.1.1'), await from('1.1.1.1')]).toEqual([200, 200, 429]);
    expect(await from('2.2.2.2')).toBe(200);
    await http.close();
  });

  test('is not read beyond what bodies may be', async () => {
    const bodyLimit = 1024;
    const { http, url } = await listeningThings({ bodyLimit, environment: { bodyLimit } });
    const statusOf = async (more: string) => {
      const body = JSON.stringify({ query: known, variables: { more } });
      return (await fetch(url, { method: 'POST', headers: json, body })).status;
    };
    expect([await statusOf(''), await statusOf(''), await statusOf('x'.repeat(2_000))]).toEqual([
      200, 200, 413,
    ]);
    await http.close();
  });

  test('fails as one that is not when nobody can tell whether its token holds', async () => {
    let isAway = false;
    const authentication = thingsAuthentication(() => {
      if (isAway) throw new Error('inner words');
      return false;
    });
    const { http, url } = await listeningThings({ authentication });
    const user = { authorization: `Bearer ${tokenOf('USER')}` };
    await ask(url, user);
    isAway = true;
    const response = await ask(url, user);
    expect([response.status, await response.json()]).toEqual([
      500,
      { detail: 'Something went wrong on our side.' },
    ]);
    await http.close();
  });

  test.each([true, '10.0.0.0/8'])(
    'of a client that is gone already stops nothing, with %s for trusted proxies',
    async (trustProxy) => {
      const complaints: string[] = [];
      const log = createLog('error', { write: (line) => complaints.push(line) });
      const { http, url } = await listeningThings({ trustProxy, log });
      await (await ask(url)).text();
      const body = JSON.stringify({ query: known });
      const head = `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${body.length}`;
      const askAndReset = async (more = '') => {
        const socket = connect(Number(new URL(url).port), '127.0.0.1');
        await once(socket, 'connect');
        socket.write(`${head}${more}\r\n\r\n${body}`, () => socket.resetAndDestroy());
        await once(socket, 'close');
      };
      const gone = Array.from({ length: 20 }, (_, at) =>
        askAndReset(at % 2 === 0 ? '' : '\r\norigin: https://elsewhere.example'),
      );
      await Promise.all(gone);
      expect((await ask(url)).status).toBe(200);
      await http.close();
      expect(complaints).toEqual([]);
    },
  );

  test('is its connection’s last when the process drains', async () => {
    const { http, url } = await listeningThings({ drainTime: 1 });
    await ask(url);
    await http.drain();
    const response = await ask(url);
    expect([response.status, response.headers.get('connection')]).toEqual([200, 'close']);
    await http.close();
  });
});
