import { expect, test } from '@jest/globals';
import { buildSchema, Kind, parse } from 'graphql';
import { operationCost } from '../document/cost.ts';
import { fragmentsOf } from '../operation/fragments.ts';

const schema = buildSchema(`
  type Query { me: User users(first: Int = 20): UserConnection! tags: [Tag!]! named(limit: Int!): [User] }
  type Mutation { rename(name: String): User }
  type User { id: ID! friends(first: Int): UserConnection! }
  type UserConnection { totalCount: Int! edges: [UserEdge!]! owner: User }
  type UserEdge { node: User! }
  type Tag { name: String }
`);

function cost(text: string, variables = {}): number {
  const document = parse(text);
  const { definitions } = document;
  const operation = definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (!operation) throw new Error('no operation');
  return operationCost(schema, operation, fragmentsOf(document))(variables);
}

test('leaves cost nothing, objects one', () => {
  expect(cost('{ __typename }')).toBe(0);
  expect(cost('{ me { id } }')).toBe(1);
});

test('the lists of a connection have the size that is asked of it, and nothing else in it', () => {
  expect(cost('{ users(first: 5) { totalCount owner { id } edges { node { id } } } }')).toBe(1 + 1 + 5 * 2);
});

test('sizes multiply', () => {
  const nested = '{ users(first: 5) { edges { node { friends(first: 3) { edges { node { id } } } } } }}';
  expect(cost(nested)).toBe(1 + 5 * (1 + 1 + 1 + 3 * 2));
});

test('a size may come by a variable, whose default counts as any other value', () => {
  const users = 'users(first: $n) { edges { node { id } } }';
  expect(cost(`query ($n: Int) { ${users} }`, { n: 50 })).toBe(1 + 50 * 2);
  expect(cost(`query ($n: Int = 100) { ${users} }`)).toBe(1 + 100 * 2);
  expect(cost(`query ($n: Int = 100) { ${users} }`, { n: 3 })).toBe(1 + 3 * 2);
});

test('a size that is not given is the default of the field, or ten', () => {
  const users = (given: string) => `query ($n: Int) { users${given} { edges { node { id } } } }`;
  expect(cost(users(''))).toBe(1 + 20 * 2);
  expect(cost(users('(first: null)'))).toBe(1 + 20 * 2);
  expect(cost(users('(first: $n)'))).toBe(1 + 20 * 2);
  expect(cost(users('(first: $n)'), { n: null })).toBe(1 + 20 * 2);
  expect(cost('{ me { friends { edges { node { id } } } } }')).toBe(1 + 1 + 10 * 2);
  expect(cost('{ tags { name } }')).toBe(10);
});

test('a list that takes a size itself has it', () => {
  expect(cost('{ named(limit: 7) { id } }')).toBe(7);
});

test('fragments cost what they hold, wherever they are spread', () => {
  expect(
    cost(
      '{ me { ...F } users(first: 2) { edges { node { ...F } } } } fragment F on User { friends(first: 4) { edges { node { id } } } }',
    ),
  ).toBe(1 + 9 + 1 + 2 * (1 + 1 + 9));
});

test('a mutation costs ten more', () => {
  expect(cost('mutation { rename(name: "a") { id } }')).toBe(11);
});
