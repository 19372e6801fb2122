import { expect, test } from '@jest/globals';
import { smallSupergraph } from './small-supergraph.ts';

const { ask, known } = smallSupergraph({
  numbers: {
    sdl: 'type Query { number(n: Int): Int any(any: Any): Int } scalar Any',
    resolvers: { Query: { number: (_: unknown, { n }: { n: number }) => n, any: () => 1 } },
  },
});

const documentsKept = 1_000;

test('of many documents the least used are forgotten, and answered all the same', async () => {
  const source = (number: number) => `{ a${number}: number(n: ${number}) }`;
  for (let number = 0; number <= documentsKept; number += 1) await ask(source(number));
  expect(known(source(0))).toBeUndefined();
  expect(known(source(1))).toBeDefined();
  expect(known(source(documentsKept))).toBeDefined();
  await expect(ask(source(0))).resolves.toEqual({ data: { a0: 0 } });
});

test('so are those whose literals cannot be told apart from them', async () => {
  const source = (number: number) => `{ any(any: 9007199254740993${1_000 + number}) }`;
  for (let number = 0; number <= documentsKept; number += 1) await ask(source(number));
  expect(known(source(0))).toBeUndefined();
  expect(known(source(1))).toBeDefined();
});

test('long documents take the room of many, comments and literals included', async () => {
  const filling = 'x'.repeat(100_000);
  const source = (number: number) => `{ c${number}: number(n: 1) } # ${filling}`;
  for (let number = 0; number < 6; number += 1) await ask(source(number));
  expect(known(source(0))).toBeUndefined();
  expect(known(source(5))).toBeDefined();
});
