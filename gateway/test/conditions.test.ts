import { describe, expect, test } from '@jest/globals';
import { publicError } from '@tixgo/platform/graphql/public-errors.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import { smallSupergraph } from './small-supergraph.ts';

const gateway = smallSupergraph({
  books: {
    sdl: 'type Query { book: Book } type Book @key(fields: "id") { id: ID! title: String }',
    resolvers: { Query: { book: () => ({ id: 'b', title: 'Emma' }) } },
  },
  people: {
    sdl: 'type Book @key(fields: "id") { id: ID! author: String }',
    resolvers: { Book: { author: () => 'Jane' } },
  },
});

test.each([
  ['on a field', 'query ($not: Boolean = false) { book { title author @skip(if: $not) } }'],
  [
    'in a fragment',
    'query ($not: Boolean = false) { book { ...B } } fragment B on Book { title author @skip(if: $not) }',
  ],
])(
  'a condition %s that is null is refused, and the document is what it was for others',
  async (_, source) => {
    const { data, errors } = await gateway.ask(source, { not: null });
    expect(data).toBeUndefined();
    const told = (errors ?? []).map((error) => publicError(error, 'request', createLog('silent')));
    expect(told).toEqual([
      {
        message: 'Variable "$not" of a condition must not be null.',
        extensions: { code: 'BAD_USER_INPUT', field: 'not' },
      },
    ]);
    const [whole, part] = [{ title: 'Emma', author: 'Jane' }, { title: 'Emma' }];
    expect(await gateway.ask(source)).toEqual({ data: { book: whole } });
    expect(await gateway.ask(source, { not: false })).toEqual({ data: { book: whole } });
    expect(await gateway.ask(source, { not: true })).toEqual({ data: { book: part } });
  },
);

test('a condition at a field that requires something leaves the rest of its entity alone', async () => {
  const shops = smallSupergraph({
    books: {
      sdl: 'type Query { book: Book } type Book @key(fields: "id") { id: ID! weight: Int }',
      resolvers: { Query: { book: () => ({ id: 'b', weight: 3 }) } },
    },
    parcels: {
      sdl: `type Book @key(fields: "id") {
        id: ID! weight: Int @external postage: Int @requires(fields: "weight") shelf: String
      }`,
      resolvers: { Book: { postage: ({ weight }: { weight: number }) => 2 * weight, shelf: () => 'A' } },
    },
  });
  const source = 'query ($light: Boolean!) { book { postage @skip(if: $light) shelf } }';
  expect(await shops.ask(source, { light: true })).toEqual({ data: { book: { shelf: 'A' } } });
  expect(await shops.ask(source, { light: false })).toEqual({ data: { book: { postage: 6, shelf: 'A' } } });
});

describe('conditions of mutations', () => {
  const ran: string[] = [];
  const runs = (name: string) => () => {
    ran.push(name);
    return 1;
  };
  const system = smallSupergraph({
    first: {
      sdl: 'type Query { q: Int } type Mutation { a: Int b: Int }',
      resolvers: { Mutation: { a: runs('a'), b: runs('b') } },
    },
    second: {
      sdl: 'type Mutation { c: Int d: Int }',
      resolvers: { Mutation: { c: runs('c'), d: runs('d') } },
    },
  });
  const ranFor = async (source: string, variables: Readonly<Record<string, unknown>>) => {
    ran.length = 0;
    const { data, errors } = await system.ask(source, variables);
    expect(errors).toBeUndefined();
    return [ran.join(), JSON.stringify(data)];
  };

  test.each<[string, string, string]>([
    ['mutation ($x: Boolean!) { ... @include(if: $x) { a b @skip(if: true) } }', 'a', ''],
    ['mutation ($x: Boolean!) { a @include(if: $x) b @skip(if: true) @include(if: $x) }', 'a', ''],
    ['mutation ($x: Boolean!) { a @include(if: $x) c @skip(if: false) @include(if: false) }', 'a', ''],
    [
      'mutation ($x: Boolean!) { a @include(if: $x) ...P @skip(if: true) } fragment P on Mutation { b }',
      'a',
      '',
    ],
    ['mutation ($x: Boolean!) { one: a @include(if: $x) two: b three: a @include(if: $x) }', 'a,b,a', 'b'],
    ['mutation ($x: Boolean!) { one: a @include(if: $x) two: c three: a @include(if: $x) }', 'a,c,a', 'c'],
    [
      'mutation ($x: Boolean!) { ... @include(if: $x) { one: a } two: b ... @include(if: $x) { three: a } }',
      'a,b,a',
      'b',
    ],
    [
      'mutation ($x: Boolean!) { one: a @include(if: true) two: c @skip(if: false) three: a @include(if: $x) }',
      'a,c,a',
      'a,c',
    ],
  ])('%s', async (source, whenTrue, whenFalse) => {
    for (let time = 0; time < 2; time += 1) {
      expect((await ranFor(source, { x: true }))[0]).toBe(whenTrue);
      expect((await ranFor(source, { x: false }))[0]).toBe(whenFalse);
    }
  });

  test('that leave nothing run nothing', async () => {
    expect(await ranFor('mutation ($x: Boolean!) { a @skip(if: $x) }', { x: true })).toEqual(['', '{}']);
    expect(await ranFor('mutation { a @skip(if: true) }', {})).toEqual(['', '{}']);
  });
});

describe('what a condition leaves out', () => {
  const shops = smallSupergraph({
    books: {
      sdl: 'type Query { book: Book none: Book } type Book @key(fields: "id") { id: ID! weight: Int size: Int }',
      resolvers: { Query: { book: () => ({ id: 'b', weight: 3, size: 5 }), none: () => null } },
    },
    parcels: {
      sdl: `type Book @key(fields: "id") {
        id: ID! weight: Int @external size: Int @external bad: Int!
        postage: Int @requires(fields: "weight") box: String @requires(fields: "size")
      }`,
      resolvers: {
        Book: {
          postage: ({ weight }: { weight: number }) => 2 * weight,
          box: ({ size }: { size: number }) => `box ${size}`,
          bad: () => null,
        },
      },
    },
  });

  test('takes along nothing of what another field requires', async () => {
    const source = 'query ($x: Boolean!) { book { postage @include(if: $x) box } }';
    expect(await shops.ask(source, { x: false })).toEqual({ data: { book: { box: 'box 5' } } });
    expect(await shops.ask(source, { x: true })).toEqual({ data: { book: { postage: 6, box: 'box 5' } } });
    expect(await shops.ask('{ book { box postage @skip(if: true) } }')).toEqual({
      data: { book: { box: 'box 5' } },
    });
  });

  test('is not fetched, whatever it would be', async () => {
    const source = 'query ($x: Boolean!) { book @include(if: $x) { box bad @skip(if: true) } }';
    expect(await shops.ask(source, { x: true })).toEqual({ data: { book: { box: 'box 5' } } });
    expect(await shops.ask(source, { x: false })).toEqual({ data: {} });
  });

  test('leaves the object that it is of', async () => {
    const source =
      'query ($x: Boolean!) { book { id @skip(if: $x) ... @skip(if: $x) { box } } none { id @skip(if: $x) } }';
    expect(await shops.ask(source, { x: true })).toEqual({ data: { book: {}, none: null } });
    const spread =
      '{ book { ...B @skip(if: true) ...C } } fragment B on Book { id } fragment C on Book { id @include(if: false) }';
    expect(await shops.ask(spread)).toEqual({ data: { book: {} } });
  });
});
