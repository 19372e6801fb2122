import { beforeEach, describe, expect, test } from '@jest/globals';
import { subgraphUnavailable } from '@tixgo/platform/errors.ts';
import type { SubgraphResult } from '@tixgo/platform/graphql/subgraph.ts';
import type { SubgraphSource } from '@tixgo/platform/subgraphs/subgraph-source.ts';
import { anonymous } from '@tixgo/platform/viewer.ts';
import { breakingSource } from '../sources/breaking-source.ts';

const request = { query: '{ a }', viewer: anonymous, requestId: 'r' };

let now: number;
let asked: number;
let answer: () => Promise<SubgraphResult>;
let source: SubgraphSource;
beforeEach(() => {
  now = 0;
  asked = 0;
  answer = stuck;
  const inner: SubgraphSource = {
    name: 's',
    close: async () => {},
    execute: async () => {
      asked += 1;
      return await answer();
    },
  };
  source = breakingSource(inner, () => new Date(now));
});

const stuck = async () => {
  now += 1_700;
  throw subgraphUnavailable();
};
const unavailable = { code: 'SUBGRAPH_UNAVAILABLE' };
const ask = async () => await source.execute(request).catch(({ code }) => ({ code }));
const askTimes = async (times: number) => {
  for (let time = 0; time < times; time += 1) expect(await ask()).toEqual(unavailable);
};
const works = async () => ({ data: { a: 1 } });

describe('a subgraph that is waited for in vain five times in a row', () => {
  test('is not waited for during a pause, and asked once after it', async () => {
    await askTimes(5);
    expect(asked).toBe(5);
    await askTimes(10);
    expect(asked).toBe(5);
    now += 250;
    await askTimes(3);
    expect(asked).toBe(6);
  });

  test('gets twice the pause each time that it is still stuck, up to a second', async () => {
    await askTimes(5);
    const pauses = [250, 500, 1_000, 1_000];
    for (const [index, pause] of pauses.entries()) {
      now += pause - 1;
      await ask();
      expect(asked).toBe(5 + index);
      now += 1;
      await ask();
      expect(asked).toBe(6 + index);
    }
  });

  test('is asked by everyone again as soon as it answers', async () => {
    await askTimes(5);
    now += 250;
    answer = works;
    expect(await ask()).toEqual({ data: { a: 1 } });
    expect(await ask()).toEqual({ data: { a: 1 } });
    expect(asked).toBe(7);
    answer = stuck;
    await askTimes(5);
    expect(asked).toBe(12);
  });

  test('is asked by one request at a time while it is not known to live', async () => {
    await askTimes(5);
    now += 250;
    let tell: (result: SubgraphResult) => void = () => {};
    answer = () =>
      new Promise((resolve) => {
        tell = resolve;
      });
    const probe = ask();
    answer = works;
    await askTimes(2);
    tell({ data: { a: 1 } });
    expect(await probe).toEqual({ data: { a: 1 } });
    expect(await ask()).toEqual({ data: { a: 1 } });
  });
});

test('a subgraph that ten wait for at once is left alone for the first pause, not for those of others', async () => {
  let give: () => void = () => {};
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  answer = async () => {
    await given;
    throw subgraphUnavailable();
  };
  const waiting = Array.from({ length: 10 }, ask);
  now = 1_700;
  give();
  for (const one of waiting) expect(await one).toEqual(unavailable);
  expect(asked).toBe(10);
  now += 249;
  await askTimes(1);
  expect(asked).toBe(10);
  now += 1;
  answer = works;
  expect(await ask()).toEqual({ data: { a: 1 } });
});

test('an answer between starts the count anew, and so does one that tells a mistake', async () => {
  for (let round = 0; round < 5; round += 1) {
    await askTimes(4);
    const failing = answer;
    answer = async () => ({ errors: [{ message: 'mistake' }] });
    expect(await ask()).toEqual({ errors: [{ message: 'mistake' }] });
    answer = failing;
  }
  expect(asked).toBe(25);
});

test('requests whose own time is over do not count', async () => {
  const signal = AbortSignal.abort();
  for (let time = 0; time < 8; time += 1) await source.execute({ ...request, signal }).catch(() => {});
  expect(asked).toBe(8);
  await askTimes(5);
  expect(asked).toBe(13);
});

test('a subgraph that is gone, which is found out at once, is asked each time', async () => {
  answer = async () => {
    throw subgraphUnavailable();
  };
  await askTimes(20);
  expect(asked).toBe(20);
});
