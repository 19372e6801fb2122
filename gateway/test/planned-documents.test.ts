import { describe, expect, test } from '@jest/globals';
import { smallSupergraph } from './small-supergraph.ts';

const ran: string[] = [];
const running = (name: string) => () => {
  ran.push(name);
  return { id: '1', seats: 2 };
};

const halls = smallSupergraph({
  halls: {
    sdl: `
      type Query { hall: Hall }
      type Mutation { open: Hall close: Hall }
      type Hall @key(fields: "id") { id: ID! seats: Int }`,
    resolvers: {
      Query: { hall: () => ({ id: '1', seats: 2 }) },
      Mutation: { open: running('open'), close: running('close') },
    },
  },
  doors: {
    sdl: `
      schema { query: DoorQuery }
      type DoorQuery { door: Int! }
      type Hall @key(fields: "id") { id: ID! doors: Int }`,
    resolvers: { DoorQuery: { door: () => 7 }, Hall: { __resolveReference: () => ({ id: '1', doors: 3 }) } },
  },
});

describe('what the planner does not take as it is meant', () => {
  test('mutations of fragments run where the fragments stand, not before all others', async () => {
    ran.length = 0;
    const { data } = await halls.ask(`
      mutation { open { seats doors } ...Rest second: open { id } }
      fragment Rest on Mutation { close { seats } ...Again }
      fragment Again on Mutation { last: close { doors } }`);
    expect(ran).toEqual(['open', 'close', 'close', 'open']);
    expect(data).toEqual({
      open: { seats: 2, doors: 3 },
      close: { seats: 2 },
      last: { doors: 3 },
      second: { id: '1' },
    });
    expect(Object.keys(data ?? {})).toEqual(['open', 'close', 'last', 'second']);
  });

  test('an object is there, though a condition leaves out all that was asked of it', async () => {
    const source = `query ($with: Boolean!, $without: Boolean!) {
      hall @include(if: $with) { id @skip(if: $without) }
    }`;
    await expect(halls.ask(source, { with: true, without: true })).resolves.toEqual({ data: { hall: {} } });
    await expect(halls.ask(source, { with: true, without: false })).resolves.toEqual({
      data: { hall: { id: '1' } },
    });
    await expect(halls.ask(source, { with: false, without: false })).resolves.toEqual({ data: {} });
  });

  test('a subgraph whose query type has a name of its own answers conditional fragments on Query', async () => {
    const source = `query ($with: Boolean!) { ...Door @include(if: $with) hall { id } }
      fragment Door on Query { door }`;
    await expect(halls.ask(source, { with: true })).resolves.toEqual({
      data: { door: 7, hall: { id: '1' } },
    });
    await expect(halls.ask(source, { with: false })).resolves.toEqual({ data: { hall: { id: '1' } } });
  });

  test('a condition that stands at a field and around it is asked both times', async () => {
    const source = `query ($a: Boolean!, $b: Boolean!) {
      ... @include(if: $a) { ... on Query @include(if: $b) { door @skip(if: false) } } hall { id }
    }`;
    await expect(halls.ask(source, { a: true, b: true })).resolves.toMatchObject({ data: { door: 7 } });
    for (const variables of [
      { a: true, b: false },
      { a: false, b: true },
    ])
      await expect(halls.ask(source, variables)).resolves.toEqual({ data: { hall: { id: '1' } } });
  });
});
