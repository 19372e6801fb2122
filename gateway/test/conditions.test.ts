import { expect, test } from '@jest/globals';
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
