import { beforeEach, describe, expect, test } from '@jest/globals';
import { RetryBudget } from '../subgraphs/retry-budget.ts';

let now: number;
let budget: RetryBudget;
beforeEach(() => {
  now = 1_000_000;
  budget = new RetryBudget(() => new Date(now));
});

const ask = (times: number) => {
  for (let time = 0; time < times; time += 1) budget.count();
};
/** How often something may be asked again just now, once that is tried without end. */
const retries = () => {
  let count = 0;
  while (count < 100_000 && budget.spend()) count += 1;
  return count;
};

describe('what may be asked again', () => {
  test('is a hundred queries at any time, all that a process that is killed had under way', () => {
    ask(100);
    expect(retries()).toBeGreaterThanOrEqual(100);
  });

  test('is a fifth of what is asked where that is much', () => {
    ask(10_000);
    expect(retries()).toBe(2_100);
    ask(1_000);
    expect(retries()).toBe(200);
  });

  test('does not grow with what was asked long ago', () => {
    ask(10_000);
    now += 10_000;
    expect(retries()).toBe(100);
  });

  test('comes back within ten seconds, while requests go on', () => {
    for (let second = 0; second < 30; second += 1) {
      ask(100);
      retries();
      now += 1_000;
    }
    let again = 0;
    for (let second = 0; second < 10; second += 1) {
      ask(100);
      again += retries();
      now += 1_000;
    }
    expect(again).toBeGreaterThanOrEqual(200);
    expect(again).toBeLessThanOrEqual(600);
  });
});
