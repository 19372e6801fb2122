import { describe, expect, test } from '@jest/globals';
import type { SubgraphResult } from '@tixgo/platform/graphql/subgraph.ts';
import { WrittenResult } from '@tixgo/platform/subgraphs/written-result.ts';
import fc from 'fast-check';
import { entityTexts } from '../executor/entity-text.ts';
import type { Send } from '../executor/execution.ts';
import { smallSupergraph } from './small-supergraph.ts';

const gateway = smallSupergraph({
  books: {
    sdl: `
      type Query { books: [Book] item: Item shelves: [[Book]] }
      interface Item { author: Author }
      type Book implements Item @key(fields: "id") { id: ID! title: String author: Author first: Author! }
      type Author @key(fields: "id") { id: ID! }
    `,
    resolvers: {},
  },
  people: {
    sdl: 'type Author @key(fields: "id") { id: ID! name: String house: House } type House @key(fields: "id") { id: ID! }',
    resolvers: {},
  },
  blurbs: {
    sdl: `
      type Book @key(fields: "id") { id: ID! author: Author @external blurb: String @requires(fields: "author { name }") }
      type Author @key(fields: "id") { id: ID! name: String @external }
    `,
    resolvers: {},
  },
  sales: {
    sdl: `
      type Book @key(fields: "id") { id: ID! sales: Sales allSales: [Sales] tip: String }
      type Sales { sold: Int buyer: Author }
      type Author @key(fields: "id") { id: ID! }
    `,
    resolvers: {},
  },
  praise: {
    sdl: `
      type Book @key(fields: "id") { id: ID! sales: Sales @external praise: String @requires(fields: "sales { sold }") }
      type Sales { sold: Int @external }
    `,
    resolvers: {},
  },
  houses: { sdl: 'type House @key(fields: "id") { id: ID! street: String }', resolvers: {} },
});

const book = (author: string | null) => ({
  __typename: 'Book',
  id: 'b',
  title: 'Emma',
  author: author && { __typename: 'Author', id: author },
  first: { __typename: 'Author', id: 'jane' },
});

/** JSON has more than one way to say a letter; the way in which it came tells that nobody has read it. */
const names: Readonly<Record<string, string>> = {
  jane: String.raw`{"name":"J\u0061ne"}`,
  mary: String.raw`{"name":"M\u0061ry"}`,
};

function fromPeople(representations: unknown): SubgraphResult {
  if (!Array.isArray(representations)) throw new Error('No entities are asked for.');
  const texts = representations.map(({ id }) => names[id] ?? 'null');
  return new WrittenResult(Buffer.from(`{"data":{"_entities":[${texts.join()}]}}`));
}

const books = [book('jane'), book('mary'), book(null), book('jane')];
const answering: Send = async ({ subgraph }, { representations }) =>
  subgraph === 'people'
    ? fromPeople(representations)
    : { data: { books, item: book('jane'), shelves: [books, null, []] } };

async function answerTo(source: string, send = answering) {
  const asked = gateway.prepared(source);
  if (!asked) throw new Error('No such operation.');
  const { data, errors, json } = await asked.operation.execute({}, asked.literalValues, send);
  return { data, errors, json };
}

describe('entities of an exact result', () => {
  test('stand in the answer as they came', async () => {
    const { json } = await answerTo('{ books { author { name } title } }');
    const [jane, mary, nobody] = [names.jane, names.mary, 'null'];
    const texts = [jane, mary, nobody, jane].map((author) => `{"author":${author},"title":"Emma"}`);
    expect(json?.toString()).toBe(`{"data":{"books":[${texts.join()}]}}`);
    expect(JSON.parse(String(json)).data.books[1].author).toEqual({ name: 'Mary' });
  });

  test('stand as they came where a condition lets them', async () => {
    const source = 'query ($t: Boolean = true) { books { author { name @include(if: $t) } } }';
    expect((await answerTo(source)).json?.toString()).toContain(names.jane);
  });

  test('stand as they came in lists of lists', async () => {
    const { json } = await answerTo('{ shelves { author { name } } }');
    const texts = [names.jane, names.mary, 'null', names.jane].map((author) => `{"author":${author}}`);
    expect(json?.toString()).toBe(`{"data":{"shelves":[[${texts.join()}],null,[]]}}`);
  });

  test.each([
    ['something of them is known', '{ books { author { id name } } }'],
    ['their type is asked for', '{ books { author { __typename name } } }'],
    ['there is an interface on the way', '{ item { author { name } } }'],
    ['others are asked about them', '{ books { author { name house { street } } } }'],
  ])('are read where %s', async (_, source) => {
    const { data, json } = await answerTo(source);
    expect(String(json)).not.toContain(String.raw`\u0061`);
    expect(JSON.stringify(data)).toContain('"Jane"');
  });

  test('are read where another fetch takes something of them along', async () => {
    const { data } = await answerTo('{ books { author { name } blurb } }', async (operation, variables) => {
      if (operation.subgraph !== 'blurbs') return await answering(operation, variables);
      const written = variables.representations as readonly { author: { name: string } | null }[];
      return { data: { _entities: written.map(({ author }) => ({ blurb: `by ${author?.name}` })) } };
    });
    expect(data?.books).toContainEqual({ author: { name: 'Jane' }, blurb: 'by Jane' });
  });

  test('are read where one of them is nobody', async () => {
    const { data, errors } = await answerTo('{ books { author { name } } }', async (operation, variables) =>
      operation.subgraph === 'people'
        ? await answering(operation, variables)
        : { data: { books: [book('jane'), book('unknown')] } },
    );
    expect({ data, errors }).toEqual({
      data: { books: [{ author: { name: 'Jane' } }, { author: { name: null } }] },
    });
  });

  test('are read where another fetch fails', async () => {
    const { data, errors } = await answerTo(
      '{ books { author { name } first { name } } }',
      async (operation, variables) => {
        if (operation.path.endsWith('first')) throw new Error('away');
        return await answering(operation, variables);
      },
    );
    expect(data?.books).toContainEqual({ author: { name: 'Mary' }, first: { name: null } });
    expect(errors).toMatchObject([{ message: 'away' }]);
  });
});

describe('the one field that entities of an exact result are asked for', () => {
  /** Two ways to write a number tell whether it was read. */
  const selling =
    (...fields: readonly string[]): Send =>
    async (operation, variables) => {
      const { subgraph } = operation;
      const asked = Array.isArray(variables.representations) ? variables.representations : [];
      if (subgraph === 'sales') {
        const texts = fields.map((field) => `{${field}}`);
        return new WrittenResult(Buffer.from(`{"data":{"_entities":[${texts.join()}]}}`));
      }
      if (subgraph === 'praise')
        return { data: { _entities: asked.map(({ sales }) => ({ praise: `${sales?.sold} sold` })) } };
      if (subgraph === 'books') return { data: { books: [book('jane'), { ...book('mary'), id: 'c' }] } };
      return await answering(operation, variables);
    };

  test('stands in the answer as it came, among others', async () => {
    const sold = selling('"sales":{"sold":1e2}', '"sales":null');
    const { json } = await answerTo('{ books { title sales { sold } first { name } } }', sold);
    const [one, other] = ['{"sold":1e2}', 'null'].map(
      (sales) => `{"title":"Emma","sales":${sales},"first":${names.jane}}`,
    );
    expect(json?.toString()).toBe(`{"data":{"books":[${one},${other}]}}`);
  });

  test('stands in the answer under the name that the client gave it', async () => {
    const sold = selling('"of":{"sold":1e2}', '"of":{"sold":2e0}');
    const { json } = await answerTo('{ books { of: sales { sold } } }', sold);
    expect(json?.toString()).toBe('{"data":{"books":[{"of":{"sold":1e2}},{"of":{"sold":2e0}}]}}');
  });

  test.each([
    ['others are asked about it', 'sales { sold buyer { name } }', '"sales":{"sold":1e2,"buyer":null}'],
    ['it is a list', 'allSales { sold }', '"allSales":[{"sold":1e2}]'],
    ['it is no object', 'tip', String.raw`"tip":"\u0031\u0030\u0030"`],
    ['it has another order', 'sales { sold __typename }', '"sales":{"__typename":"Sales","sold":1e2}'],
    ['another is asked for', 'sales { sold } tip', '"sales":{"sold":1e2},"tip":"100"'],
  ])('is read where %s', async (_, fields, field) => {
    const { json } = await answerTo(`{ books { title ${fields} } }`, selling(field, field));
    expect(json?.toString()).toMatch(/100.*100/);
  });

  test('is read where another fetch takes something of it along', async () => {
    const sold = selling('"sales":{"sold":1e2}', '"sales":null');
    const { data } = await answerTo('{ books { sales { sold } praise } }', sold);
    expect(data?.books).toEqual([
      { sales: { sold: 100 }, praise: '100 sold' },
      { sales: null, praise: 'undefined sold' },
    ]);
  });

  test('is read where another fetch fails', async () => {
    const sold = selling('"sales":{"sold":1e2}', '"sales":null');
    const { data, errors } = await answerTo(
      '{ books { sales { sold } first { name } } }',
      async (operation, variables) => {
        if (operation.subgraph === 'people') throw new Error('away');
        return await sold(operation, variables);
      },
    );
    expect(data?.books).toEqual([
      { sales: { sold: 100 }, first: { name: null } },
      { sales: null, first: { name: null } },
    ]);
    expect(errors).toMatchObject([{ message: 'away' }]);
  });

  test('is read where something of it is known', async () => {
    const sold = selling('"sales":{"sold":1e2}', '"sales":null');
    const { data } = await answerTo('{ books { sales { sold } } }', async (operation, variables) =>
      operation.subgraph === 'books'
        ? {
            data: {
              books: [
                { ...book('jane'), sales: {} },
                { ...book('mary'), id: 'c' },
              ],
            },
          }
        : await sold(operation, variables),
    );
    expect(data?.books).toEqual([{ sales: { sold: 100 } }, { sales: null }]);
  });
});

describe('texts of entities', () => {
  test('are those that were put together', () => {
    const entity = fc.oneof(
      fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue()),
      fc.constant(null),
    );
    const tricky = fc.constantFrom('\\', '"', '\\"', '}],{[', ',');
    const entities = fc.array(fc.oneof(entity, fc.dictionary(tricky, tricky)));
    fc.assert(
      fc.property(entities, (_entities) => {
        const texts = entityTexts(Buffer.from(JSON.stringify({ data: { _entities } })));
        const written = texts?.map((text) => Buffer.from(text, 'latin1').toString());
        expect(written).toEqual(_entities.map((one) => JSON.stringify(one)));
      }),
    );
  });

  test.each([
    '{"data":{"_entities":[{"a":"',
    '{"data":{"_entities":[{',
    '{"data":{"_entities":null}}',
    '{"data":{"a":[]}}',
    '',
  ])('are none in %j', (json) => {
    expect(entityTexts(Buffer.from(json))).toBeUndefined();
  });
});

test('an answer is written as JSON has it', async () => {
  const title = fc.string({ unit: 'binary' });
  await fc.assert(
    fc.asyncProperty(fc.array(fc.option(title)), async (titles) => {
      const written = { books: titles.map((title) => ({ title })) };
      const { json } = await answerTo('{ books { title } }', async () => ({ data: written }));
      expect(json?.toString()).toBe(JSON.stringify({ data: written }));
    }),
  );
});
