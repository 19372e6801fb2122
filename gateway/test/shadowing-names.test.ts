import { describe, expect, test } from '@jest/globals';
import { smallSupergraph } from './small-supergraph.ts';

interface Person {
  readonly id: string;
  readonly role: string;
}

const { ask } = smallSupergraph({
  people: {
    sdl: `
      type Query { myTicket: Ticket people: [Person!]! }
      type Ticket @key(fields: "id") { id: ID! role: String! note: String! price(currency: String): Int size(unit: String): Int failing: String }
      type Person @key(fields: "id") { id: ID! name: String note: String! }`,
    resolvers: {
      Query: {
        myTicket: () => ({ id: 't1', role: 'GUEST', note: 'ADMIN', price: 5 }),
        people: () => [
          { id: 'p1', name: 'Ada', note: 'p2' },
          { id: 'p2', name: 'Bob', note: 'p1' },
        ],
      },
      Ticket: {
        price: (_: unknown, { currency }: { currency?: string }) => (currency === 'EUR' ? 5 : 7),
        size: (_: unknown, { unit }: { unit?: string }) => (unit === 'cm' ? 100 : 1),
        failing: () => {
          throw new Error('broken');
        },
      },
    },
  },
  doors: {
    sdl: `
      type Ticket @key(fields: "id") {
        id: ID!
        role: String! @external
        price(currency: String): Int @external
        size(unit: String): Int @external
        room: String @requires(fields: "size")
        gates: String @requires(fields: "role")
        cost: String @requires(fields: "price(currency: \\"EUR\\")")
        closed: String
      }
      type Person @key(fields: "id") { id: ID! visits(representations: Int, n: Int): String failing: String }`,
    resolvers: {
      Ticket: {
        gates: ({ role }: Person) => `gates of ${role}`,
        room: ({ size }: { size: number }) => `room for ${size}`,
        cost: ({ price }: { price: number }) => `${price} EUR`,
        closed: () => {
          throw new Error('closed');
        },
      },
      Person: {
        visits: ({ id }: Person, args: object) => `visits of ${id} ${JSON.stringify(args)}`,
        failing: ({ id }: Person) => {
          throw new Error(`no ${id}`);
        },
      },
    },
  },
});

describe('an alias changes the name of an answer, not the answer', () => {
  test.each<[string, string, unknown]>([
    [
      'onto a required field',
      '{ myTicket { role: note gates } }',
      { myTicket: { role: 'ADMIN', gates: 'gates of GUEST' } },
    ],
    [
      'onto a key',
      '{ people { id: note visits } }',
      {
        people: [
          { id: 'p2', visits: 'visits of p1 {}' },
          { id: 'p1', visits: 'visits of p2 {}' },
        ],
      },
    ],
    [
      'onto a required field that is asked as well',
      '{ myTicket { role: note really: role gates } }',
      { myTicket: { role: 'ADMIN', really: 'GUEST', gates: 'gates of GUEST' } },
    ],
    [
      'within fragments',
      '{ myTicket { ...A ... on Ticket { gates } } } fragment A on Ticket { role: note }',
      { myTicket: { role: 'ADMIN', gates: 'gates of GUEST' } },
    ],
    [
      'onto the type’s name',
      '{ people { __typename: note visits } }',
      {
        people: [
          { __typename: 'p2', visits: 'visits of p1 {}' },
          { __typename: 'p1', visits: 'visits of p2 {}' },
        ],
      },
    ],
    [
      'onto what the subgraph is asked',
      '{ myTicket { _entities: note gates } }',
      { myTicket: { _entities: 'ADMIN', gates: 'gates of GUEST' } },
    ],
    [
      'of a field without the arguments that are required',
      '{ myTicket { price cost } }',
      { myTicket: { price: 7, cost: '5 EUR' } },
    ],
    [
      'of a field with arguments that is required without',
      '{ myTicket { size(unit: "cm") room } }',
      { myTicket: { size: 100, room: 'room for 1' } },
    ],
    [
      'of a field with other arguments than are required',
      '{ myTicket { price(currency: "USD") cost } }',
      { myTicket: { price: 7, cost: '5 EUR' } },
    ],
    [
      'to the new name of another',
      '{ myTicket { role: note role_1: id gates } }',
      { myTicket: { role: 'ADMIN', role_1: 't1', gates: 'gates of GUEST' } },
    ],
  ])('%s', async (_what, source, data) => {
    await expect(ask(source)).resolves.toEqual({ data });
  });

  test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('onto %s', async (name) => {
    const { data } = await ask(`{ ${name}: people { ${name}: note visits } }`);
    const people: unknown = Object.getOwnPropertyDescriptor(data, name)?.value;
    expect(JSON.stringify(people)).toBe(
      `[{"${name}":"p2","visits":"visits of p1 {}"},{"${name}":"p1","visits":"visits of p2 {}"}]`,
    );
    expect(Reflect.get({}, 'note')).toBeUndefined();
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

test('a variable may be called representations', async () => {
  const source =
    'query ($representations: Int, $n: Int = 2) { people { visits(representations: $representations, n: $n) } }';
  await expect(ask(source, { representations: 5 })).resolves.toEqual({
    data: {
      people: [
        { visits: 'visits of p1 {"representations":5,"n":2}' },
        { visits: 'visits of p2 {"representations":5,"n":2}' },
      ],
    },
  });
  await expect(ask(source)).resolves.toMatchObject({
    data: { people: [{ visits: 'visits of p1 {"n":2}' }, {}] },
  });
});

test.each(['constructor', 'toString', '__proto__'])('a variable may be called %s', async (name) => {
  const source = `query ($${name}: Int) { people { visits(n: $${name}) } }`;
  const given: unknown = JSON.parse(`{ "${name}": 5 }`);
  await expect(ask(source, given as Record<string, unknown>)).resolves.toMatchObject({
    data: { people: [{ visits: 'visits of p1 {"n":5}' }, {}] },
  });
  await expect(ask(source)).resolves.toMatchObject({ data: { people: [{ visits: 'visits of p1 {}' }, {}] } });
});

describe('an error is told under the client’s names', () => {
  test('of a field that was renamed', async () => {
    await expect(ask('{ myTicket { role: failing gates } }')).resolves.toMatchObject({
      data: { myTicket: { role: null, gates: 'gates of GUEST' } },
      errors: [{ message: 'broken', path: ['myTicket', 'role'] }],
    });
  });

  test('and of each entity at its place', async () => {
    const { data, errors } = await ask('{ id: people { role: failing name } }');
    expect(data).toEqual({
      id: [
        { role: null, name: 'Ada' },
        { role: null, name: 'Bob' },
      ],
    });
    expect(errors).toEqual(
      [
        { message: 'no p1', path: ['id', 0, 'role'] },
        { message: 'no p2', path: ['id', 1, 'role'] },
      ].map(expect.objectContaining),
    );
  });
});
