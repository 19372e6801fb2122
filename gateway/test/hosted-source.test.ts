import { expect, test } from '@jest/globals';
import type { ExecutableSubgraph } from '@tixgo/platform/graphql/subgraph.ts';
import { anonymous } from '@tixgo/platform/viewer.ts';
import { hostedSource } from '../sources/hosted-source.ts';

const request = { query: '{ a }', viewer: anonymous, requestId: 'r' };
const subgraph = (execute: ExecutableSubgraph['execute']) => ({ name: 's', execute }) as ExecutableSubgraph;

test('what is not there at the deadline is given up, and said to be away', async () => {
  const source = hostedSource(subgraph(() => new Promise(() => {})));
  const answer = source.execute({ ...request, signal: AbortSignal.timeout(20) });
  await expect(answer).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' });
});

test('nothing begins after the deadline', async () => {
  let begun = 0;
  const source = hostedSource(
    subgraph(async () => {
      begun += 1;
      return { data: {} };
    }),
  );
  await expect(source.execute({ ...request, signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: 'SUBGRAPH_UNAVAILABLE',
  });
  expect(begun).toBe(0);
  await source.execute({ ...request, signal: AbortSignal.timeout(1_000) });
  expect(begun).toBe(1);
});

test.each([
  [{ data: { a: 1 } }, { data: { a: 1 }, isExact: true }],
  [{ data: null }, { data: null }],
  [
    { data: { a: null }, errors: [{ message: 'gone' }] },
    { data: { a: null }, errors: [{ message: 'gone' }] },
  ],
])('of %j it says %j', async (told, said) => {
  expect(await hostedSource(subgraph(async () => told)).execute(request)).toEqual(said);
});
