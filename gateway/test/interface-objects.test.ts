import { describe, expect, test } from '@jest/globals';
import { smallSupergraph } from './small-supergraph.ts';

describe('an object that one subgraph knows as an interface alone', () => {
  const media = smallSupergraph({
    shelf: {
      sdl: `
        interface Media @key(fields: "id") { id: ID! title: String }
        type Book implements Media @key(fields: "id") { id: ID! title: String pages: Int }
        type Query { shelf: Media }`,
      resolvers: {
        Media: {
          __resolveReference: ({ id }: { id: string }) => (id === '1' ? { __typename: 'Book', id } : null),
        },
        Book: { title: () => 'Momo', pages: () => 304 },
      },
    },
    ratings: {
      sdl: `
        type Media @key(fields: "id") @interfaceObject { id: ID! rating: Int }
        type Query { best: Media lost: Media surely: Media! }`,
      resolvers: {
        Query: { best: () => ({ id: '1' }), lost: () => ({ id: '2' }), surely: () => ({ id: '2' }) },
        Media: { rating: () => 5 },
      },
    },
  });

  test('keeps the type that another told', async () => {
    const source = `query ($short: Boolean!) {
      best { ... on Book { rating ... on Media { __typename } ... on Media @skip(if: $short) { title } } }
    }`;
    await expect(media.ask(source, { short: true })).resolves.toEqual({
      data: { best: { __typename: 'Book', rating: 5 } },
    });
    await expect(media.ask(source, { short: false })).resolves.toEqual({
      data: { best: { __typename: 'Book', rating: 5, title: 'Momo' } },
    });
  });

  test('is null where nobody can tell its type', async () => {
    await expect(media.ask('{ lost { __typename rating } }')).resolves.toEqual({ data: { lost: null } });
  });

  test('and an operation for which nothing is planned is an error, not an empty answer', async () => {
    const nodes = smallSupergraph({
      a: {
        sdl: 'interface Node @key(fields: "id") { id: ID! } type Query { a: Node }',
        resolvers: { Node: { __resolveReference: () => null }, Query: { a: () => ({ id: '1' }) } },
      },
      b: {
        sdl: 'type Node @key(fields: "id", resolvable: false) @interfaceObject { id: ID! field: String } type Query { b: Node }',
        resolvers: { Query: { b: () => ({ id: '1' }) }, Node: { field: () => 'foo' } },
      },
    });
    const nothing = { data: null, errors: [{ message: 'The plan has nothing for its fields.' }] };
    expect(await nodes.ask('{ a { field } }')).toEqual(nothing);
    const conditional = 'query ($with: Boolean!) { a @include(if: $with) { field } }';
    expect(await nodes.ask(conditional, { with: true })).toEqual(nothing);
    expect(await nodes.ask(conditional, { with: false })).toEqual({ data: {} });
    for (const source of ['{ __typename }', '{ t: __typename }'])
      expect(JSON.stringify(await nodes.ask(source))).toContain('"Query"');
    expect(await nodes.ask('{ ... @skip(if: true) { a { field } } }')).toEqual({ data: {} });
    expect(await nodes.ask('{ __schema { queryType { name } } }')).toMatchObject({
      data: { __schema: { queryType: { name: 'Query' } } },
    });
    expect(nodes.sent).toEqual([]);
  });

  test('and an answer that is null by that says why', async () => {
    await expect(media.ask('{ surely { __typename rating } }')).resolves.toMatchObject({
      data: null,
      errors: [{ message: 'Cannot return null for non-nullable field Media.__typename.' }],
    });
  });
});
