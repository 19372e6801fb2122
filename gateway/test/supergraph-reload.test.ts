import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { loaded, replaceableGateway, supergraphOf } from './replaceable-gateway.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function gateway(settings: Parameters<typeof replaceableGateway>[0] = {}) {
  const made = await replaceableGateway(settings);
  closing.push(() => made.app.close());
  return made;
}

const priced = 'query Priced($id: ID!) { thing(id: $id) { id price label } }';
const answers = {
  before: { thing: { id: '1', price: 1, label: 'before' } },
  after: { thing: { id: '1', price: 2, label: 'after' } },
};
const ask1 = { query: priced, variables: { id: '1' } };

/** Asks again and again, with known documents and new ones, until it is told to stop. */
function underLoad(ask: (payload: object) => Promise<object>) {
  const answered: object[] = [];
  let isOver = false;
  const client = async (number: number) => {
    for (let turn = 0; !isOver; turn += 1) {
      const isNew = turn % 3 === number % 3;
      const query = isNew ? priced.replace('price label', `price label a${number}_${turn}: name`) : priced;
      const answer = await ask({ query, variables: { id: '1' } });
      answered.push(isNew ? withoutAlias(answer) : answer);
    }
  };
  const clients = Array.from({ length: 12 }, (_, number) => client(number));
  return {
    /** Until so many more were answered. */
    goOn: async (more: number) => {
      const enough = answered.length + more;
      while (answered.length < enough) await Promise.race([pause(1), ...clients]);
    },
    end: async () => {
      isOver = true;
      await Promise.all(clients);
      return answered;
    },
  };
}

/** The field by which a document is a new one. */
const withoutAlias = (answer: object): object =>
  JSON.parse(JSON.stringify(answer, (key, value) => (/^a\d+_/.test(key) ? undefined : value)));

const ways = [
  ['the short path', {}],
  ['Apollo Server', { apolloAlone: true }],
  ['before the framework', { isFirst: true }],
] as const;

describe.each(ways)('while the supergraph is replaced (%s)', (_, settings) => {
  test('every request is answered, and wholly by one of the two', async () => {
    const { ask, serve } = await gateway(settings);
    const load = underLoad(ask);
    for (const version of ['after', 'before', 'after', 'before', 'after'] as const) {
      await serve(version);
      expect(await ask(ask1)).toEqual({ statusCode: 200, data: answers[version] });
      await load.goOn(25);
    }
    const answered = await load.end();
    const told = new Set(answered.map((answer) => JSON.stringify(answer)));
    const expected = (['before', 'after'] as const).map((version) =>
      JSON.stringify({ statusCode: 200, data: answers[version] }),
    );
    expect([...told].sort()).toEqual(expected.sort());
  });

  test('a request under way ends with the one that it began with', async () => {
    const { ask, serve, held } = await gateway(settings);
    const { promise, resolve } = Promise.withResolvers<void>();
    const asked = Promise.withResolvers<void>();
    held.until = async () => {
      asked.resolve();
      await promise;
    };
    const underWay = ask(ask1);
    await asked.promise;
    await serve('after');
    const later = ask(ask1);
    resolve();
    expect(await underWay).toEqual({ statusCode: 200, data: answers.before });
    expect(await later).toEqual({ statusCode: 200, data: answers.after });
  });

  test('new fields are answered afterwards and removed ones refused, also in documents that were known', async () => {
    const { ask, serve } = await gateway(settings);
    const field = (name: string) => ({ query: `{ thing(id: "1") { ${name} } }` });
    const known = async (name: string) => {
      const [first, second] = [await ask(field(name)), await ask(field(name))];
      expect(second).toEqual(first);
      return first;
    };
    const refused = { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] };
    expect(await known('old')).toEqual({ statusCode: 200, data: { thing: { old: 1 } } });
    expect(await known('fresh')).toMatchObject(refused);
    await serve('after');
    expect(await known('fresh')).toEqual({ statusCode: 200, data: { thing: { fresh: 2 } } });
    expect(await known('old')).toMatchObject(refused);
  });

  test('documents that were registered by their hash are known still', async () => {
    const { ask, serve } = await gateway(settings);
    const sha256Hash = createHash('sha256').update(priced).digest('hex');
    const byHash = { variables: { id: '1' }, extensions: { persistedQuery: { version: 1, sha256Hash } } };
    await ask({ query: priced, ...byHash });
    expect(await ask(byHash)).toEqual({ statusCode: 200, data: answers.before });
    await serve('after');
    expect(await ask(byHash)).toEqual({ statusCode: 200, data: answers.after });
  });

  test('introspection tells of the one that is served', async () => {
    const { ask, serve } = await gateway(settings);
    const query = '{ __type(name: "Thing") { fields { name } } }';
    expect(JSON.stringify(await ask({ query }))).toContain('"old"');
    await serve('after');
    expect(JSON.stringify(await ask({ query }))).not.toContain('"old"');
  });
});

test('what was asked is prepared before the switch, and nothing else', async () => {
  const { ask, serve, gateway: served } = await gateway();
  const asked = [
    '{ thing(id: "1") { name } }',
    'query A { thing(id: "1") { label } } query B { __typename }',
  ];
  const gone = '{ thing(id: "1") { old } }';
  for (const query of [...asked, gone])
    for (let time = 0; time < 2; time += 1) await ask({ query, ...(query !== gone && named(query)) });
  await serve('after');
  const { documents } = served.supergraph();
  expect(documents.find('{ thing(id: "2") { name } }', undefined)).toBeDefined();
  expect(documents.find(String(asked[1]), 'A')).toBeDefined();
  expect(documents.find(String(asked[1]), 'B')).toBeUndefined();
  expect(documents.size).toBe(asked.length);
});

const named = (query: string) => (query.startsWith('query A') ? { operationName: 'A' } : {});

test('one with a subgraph that nobody reaches is refused, and the one before is served', async () => {
  const { ask, gateway: served } = await gateway();
  const { id } = served.supergraph();
  const elsewhere = supergraphOf('after').replaceAll(/"prices"/g, '"elsewhere"');
  await expect(served.replaceSupergraph(loaded(elsewhere))).rejects.toThrow(/elsewhere/);
  expect(served.supergraph().id).toBe(id);
  expect(await ask(ask1)).toEqual({ statusCode: 200, data: answers.before });
});
