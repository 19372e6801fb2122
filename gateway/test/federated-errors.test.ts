import { describe, expect, test } from '@jest/globals';
import { buildSchema, execute, type GraphQLFieldResolver, parse } from 'graphql';
import type { Send } from '../executor/execution.ts';
import { smallSupergraph } from './small-supergraph.ts';

interface Room {
  readonly id: string;
  readonly name?: string | null;
  readonly beds?: number | null;
}

const rooms: readonly Room[] = [
  { id: '1', name: 'Blue', beds: 2 },
  { id: '2', name: null, beds: 1 },
  { id: '3', name: 'Red', beds: null },
];
const byId = ({ id }: { id: string }) => rooms.find((room) => room.id === id);
const fails = (_: unknown, { at }: { at?: string | null }) => {
  throw new Error(`fails at ${at}`);
};
const failsFor: GraphQLFieldResolver<Room, unknown> = ({ id }) => {
  if (id === '2') throw new Error(`no price of ${id}`);
  return Number(id) * 10;
};

const house = smallSupergraph({
  house: {
    sdl: `
      type Query { room(id: ID!): Room rooms: [Room] allRooms: [Room!] houseName: String! maybe(at: String): String must(at: String): String! }
      type Room @key(fields: "id") { id: ID! name: String! next: Room rooms: [[Room!]] }`,
    resolvers: {
      Query: {
        room: (_: unknown, { id }: { id: string }) => byId({ id }),
        rooms: () => rooms,
        allRooms: () => rooms,
        houseName: () => 'Inn',
        maybe: fails,
        must: fails,
      },
      Room: {
        __resolveReference: byId,
        next: ({ id }: Room) => byId({ id: String(Number(id) + 1) }),
        rooms: () => [rooms, null],
      },
    },
  },
  prices: {
    sdl: `type Room @key(fields: "id") { id: ID! beds: Int! price: Int mustPrice: Int! }`,
    resolvers: { Room: { __resolveReference: byId, price: failsFor, mustPrice: failsFor } },
  },
});

const monolith = buildSchema(`
  type Query { room(id: ID!): Room rooms: [Room] allRooms: [Room!] houseName: String! maybe(at: String): String must(at: String): String! }
  type Room { id: ID! name: String! next: Room rooms: [[Room!]] beds: Int! price: Int mustPrice: Int! }`);

const monolithResolver: GraphQLFieldResolver<unknown, unknown> = (source, args, context, info) => {
  const room = source as Room;
  const { id } = args as { id: string };
  switch (info.fieldName) {
    case 'room':
      return byId({ id });
    case 'rooms':
      return info.parentType.name === 'Query' ? rooms : [rooms, null];
    case 'allRooms':
      return rooms;
    case 'houseName':
      return 'Inn';
    case 'maybe':
    case 'must':
      return fails(source, args);
    case 'next':
      return byId({ id: String(Number(room.id) + 1) });
    case 'price':
    case 'mustPrice':
      return failsFor(room, args, context, info);
    default:
      return Reflect.get(room, info.fieldName);
  }
};

const tellings = (errors: readonly { message: string; path?: unknown }[] | undefined) =>
  (errors ?? []).map(({ message, path }) => `${JSON.stringify(path)} ${message}`).sort();

describe('nulls go up, and errors stand, as they do when one service has everything', () => {
  test.each([
    '{ room(id: "2") { id name } }',
    '{ room(id: "2") { id price } }',
    '{ room(id: "2") { id mustPrice } }',
    '{ room(id: "3") { id beds } }',
    '{ room(id: "none") { id beds } }',
    '{ first: room(id: "1") { next { next { mustPrice id } } } }',
    '{ rooms { id mustPrice } }',
    '{ rooms { id price next { price } } }',
    '{ allRooms { id mustPrice } houseName }',
    '{ room(id: "1") { rooms { id mustPrice } } }',
    '{ maybe(at: "here") houseName }',
    '{ must(at: "there") }',
    '{ ... on Query { list: rooms { ...R } } } fragment R on Room { cost: price }',
  ])('%s', async (source) => {
    const expected = await execute({
      schema: monolith,
      document: parse(source),
      fieldResolver: monolithResolver,
    });
    const { data, errors } = await house.ask(source);
    expect(data).toEqual(JSON.parse(JSON.stringify(expected.data)));
    expect(tellings(errors)).toEqual(tellings(expected.errors));
    expect(errors).not.toEqual([]);
  });
});

describe('a subgraph that', () => {
  const source = '{ rooms { id price } houseName }';
  const answering =
    (entities: unknown): Send =>
    async ({ subgraph }) =>
      subgraph === 'prices'
        ? { data: entities as Record<string, unknown> }
        : {
            data: {
              rooms: [{ __typename: 'Room', id: '1' }, null, { __typename: 'Room', id: '2' }],
              houseName: 'Inn',
            },
          };
  const there = { rooms: [{ id: '1', price: null }, null, { id: '2', price: null }], houseName: 'Inn' };

  test('is away leaves null at what it owes, and says so', async () => {
    const away: Send = async (operation, variables) => {
      if (operation.subgraph === 'prices') throw new Error('away');
      return await answering(undefined)(operation, variables);
    };
    await expect(house.ask(source, {}, away)).resolves.toMatchObject({
      data: there,
      errors: [{ message: 'away' }],
    });
  });

  test.each([
    ['knows fewer entities than it was asked for', { _entities: [] }],
    ['answers with no list', { _entities: {} }],
    ['answers with nothing', { other: 1 }],
  ])('%s is not believed', async (_what, entities) => {
    const { data, errors } = await house.ask(source, {}, answering(entities));
    expect(data).toEqual(there);
    expect(errors).toHaveLength(1);
  });

  test.each([
    ['a price that is no number', { price: 'much' }],
    ['an object for a number', { price: { amount: 5 } }],
    ['a number past 32 bits', { price: 3_000_000_000 }],
  ])('tells %s has told nothing', async (_what, entity) => {
    const { data } = await house.ask(source, {}, answering({ _entities: [entity, { price: 5 }] }));
    expect(data).toEqual({
      rooms: [{ id: '1', price: null }, null, { id: '2', price: 5 }],
      houseName: 'Inn',
    });
  });

  test('names __proto__ and constructor changes no object but its own', async () => {
    const entity = JSON.parse(
      '{"price": 5, "__proto__": {"isAdmin": true, "name": "x"}, "constructor": {"prototype": {"isAdmin": true}}}',
    ) as unknown;
    const { data } = await house.ask(source, {}, answering({ _entities: [entity, entity] }));
    expect(data).toEqual({ rooms: [{ id: '1', price: 5 }, null, { id: '2', price: 5 }], houseName: 'Inn' });
    expect(Reflect.get({}, 'isAdmin')).toBeUndefined();
    expect(Reflect.get(Object, 'isAdmin')).toBeUndefined();
  });

  test('says more than it was asked for is not passed on', async () => {
    const { data } = await house.ask(
      source,
      {},
      answering({ _entities: [{ price: 1, secret: 's' }, { price: 2 }] }),
    );
    expect(JSON.stringify(data)).not.toContain('secret');
  });
});

test('an alias that every object has a value for is null where nothing was received', async () => {
  const nothing: Send = async () => ({ data: {} });
  const source = '{ constructor: maybe toString: rooms { valueOf: id } hasOwnProperty: houseName }';
  await expect(house.ask(source, {}, nothing)).resolves.toEqual({
    data: null,
    errors: [
      expect.objectContaining({ message: 'Cannot return null for non-nullable field Query.houseName.' }),
    ],
  });
  const nameless: Send = async () => ({ data: { hasOwnProperty: 'Inn' } });
  await expect(house.ask(source, {}, nameless)).resolves.toEqual({
    data: { constructor: null, toString: null, hasOwnProperty: 'Inn' },
  });
});

test('each entity is asked for once, however often it stands in the answer', async () => {
  house.sent.length = 0;
  await house.ask('{ rooms { price next { price } } again: rooms { price } }');
  const asked = house.sent.filter(({ subgraph }) => subgraph === 'prices');
  const ids = asked.map(({ variables }) => (variables.representations as Room[]).map(({ id }) => id));
  for (const of of ids) expect(new Set(of).size).toBe(of.length);
});
