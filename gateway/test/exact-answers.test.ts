import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '@tixgo/platform/clock.ts';
import type { SubgraphResult } from '@tixgo/platform/graphql/subgraph.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import { remoteSource } from '@tixgo/platform/subgraphs/remote-source.ts';
import { subgraphEndpoint } from '@tixgo/platform/subgraphs/subgraph-endpoint.ts';
import type { SubgraphSource } from '@tixgo/platform/subgraphs/subgraph-source.ts';
import { WrittenResult } from '@tixgo/platform/subgraphs/written-result.ts';
import type { OperationResult } from '../executor/compiled-operation.ts';
import type { Send } from '../executor/execution.ts';
import { smallSupergraph } from './small-supergraph.ts';
import { type ListeningThings, listeningThings, thingsSubgraph } from './things-gateway.ts';

const book = { __typename: 'Book', id: '1', title: 'Emma', mood: 'GLAD', pages: 4, author: { id: 'jane' } };
const gateway = smallSupergraph({
  books: {
    sdl: `
      type Query { book: Book item: Item again: Query }
      type Mutation { read: Book }
      interface Item { id: ID! }
      type Book implements Item @key(fields: "id") { id: ID! title: String mood: Mood state: State pages: Int author: Author }
      type Author @key(fields: "id") { id: ID! }
      enum Mood { GLAD SAD }
      enum State { SHOWN HIDDEN @inaccessible }
    `,
    resolvers: { Query: { book: () => book, item: () => book }, Mutation: { read: () => book } },
  },
  people: {
    sdl: 'type Author @key(fields: "id") { id: ID! name: String }',
    resolvers: { Author: { __resolveReference: ({ id }: { id: string }) => ({ id, name: 'Jane' }) } },
  },
});
const mark = Buffer.from('{"data":{"as":"it came"}}');

/** Answers every fetch with the same; an answer with these bytes is one that nobody looked into. */
async function answerOf(source: string, result: SubgraphResult = new WrittenResult(mark)) {
  const asked = gateway.prepared(source);
  if (!asked) throw new Error('No such operation.');
  const send: Send = async () => result;
  return await asked.operation.execute({}, asked.literalValues, send);
}

const isPassedOn = ({ json }: OperationResult) => json === mark;

describe('an exact answer', () => {
  test.each([
    '{ book { id title pages mood } }',
    '{ book { pages author { id } title } }',
    '{ first: book { name: title } second: book { id } }',
    '{ book { ...B } } fragment B on Book { title ... on Book { id } }',
    '{ book { title ... on Item { id } } }',
    '{ book { title author { id } id title } }',
    'mutation { read { title } }',
    'query ($t: Boolean = true) { book { id @include(if: false) title @include(if: $t) } }',
  ])('that has what the client asks for is passed on: %s', async (source) => {
    expect(isPassedOn(await answerOf(source))).toBe(true);
  });

  test.each([
    [
      'an object of which nothing is asked',
      'query ($t: Boolean = true) { book { author { id @skip(if: $t) } } }',
    ],
    ['another subgraph', '{ book { id author { name } } }'],
    ['an interface', '{ item { id } }'],
    ['a name of the schema’s', '{ book { __typename id } }'],
    ['the root’s own name', '{ __typename book { id } }'],
    ['introspection', '{ book { id } __schema { queryType { name } } }'],
    ['a value that clients do not see', '{ book { id state } }'],
    ['an alias over a key', '{ book { id: title } }'],
  ])('is given its form where there is %s', async (_, source) => {
    const answer = await answerOf(source);
    expect(isPassedOn(answer)).toBe(false);
    expect(answer.data).not.toHaveProperty('as');
  });

  test('is not taken from one who does not say that it is exact, nor where there is an error', async () => {
    const source = '{ book { id title } }';
    const others = { book: { title: 'Emma', id: '1', price: 3 } };
    expect((await answerOf(source, { data: others })).data).toEqual({ book: { id: '1', title: 'Emma' } });
    const failed = { data: { book: null }, errors: [{ message: 'gone', path: ['book'] }] };
    expect(await answerOf(source, failed)).toEqual(failed);
    expect((await answerOf(source, { data: null })).data).toEqual({ book: null });
  });
});

describe('over HTTP, from a subgraph of ours', () => {
  const serviceSecret = 's'.repeat(32);
  const log = createLog('silent');
  const server = createServer(
    subgraphEndpoint({
      subgraph: thingsSubgraph(),
      serviceSecret,
      clock: systemClock,
      log,
      isDraining: () => false,
    }),
  );
  let source: SubgraphSource;
  let remote: ListeningThings;
  let hosted: ListeningThings;
  let unread = 0;
  beforeAll(async () => {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
    const plain = remoteSource({ name: 'things', url, serviceSecret, clock: systemClock, log });
    source = {
      ...plain,
      execute: async (request) => {
        const result = await plain.execute(request);
        if (result.json) unread += 1;
        return result;
      },
    };
    [remote, hosted] = await Promise.all([listeningThings({ source }), listeningThings()]);
  });
  afterAll(async () => {
    await Promise.all([remote.http.close(), hosted.http.close()]);
    await source.close();
    server.closeAllConnections();
    server.close();
  });

  async function textOf(url: string, name: string): Promise<string> {
    const query = 'mutation ($name: String!) { rename(id: "1", name: $name) { name id } }';
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { name } }),
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    return await answer.text();
  }

  test('every letter arrives', async () => {
    const names = ['Grüße', '– 🎟 \u2028', '"\\\n\u0000', ',1]', 'x'.repeat(100_000), '\u00e9\u00ff\u0100'];
    // Calls that happen to go out alone come back to be read.
    for (let round = 0; round < 5 || (unread === 0 && round < 100); round += 1) {
      const texts = await Promise.all(names.map((name) => textOf(remote.url, name)));
      expect(texts).toEqual(await Promise.all(names.map((name) => textOf(hosted.url, name))));
      expect(texts.map((text) => JSON.parse(text).data.rename.name)).toEqual(names);
    }
    expect(unread).toBeGreaterThan(0);
  });
});
