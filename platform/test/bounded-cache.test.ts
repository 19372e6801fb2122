import { describe, expect, test } from '@jest/globals';
import { BoundedCache } from '../graphql/bounded-cache.ts';

describe('a bounded cache', () => {
  test('forgets what was not used for the longest time', () => {
    const cache = new BoundedCache<string, number>(2);
    cache.set('a', 1);
    cache.set('b', 2);
    expect(cache.get('a')).toBe(1);
    cache.set('c', 3);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3]);
    expect(cache.size).toBe(2);
  });

  test('keeps as much as it has room for, however much each takes', () => {
    const cache = new BoundedCache<string, string>(10, ({ length }) => length);
    cache.set('a', '1234');
    cache.set('b', '1234');
    cache.set('c', '12');
    expect(cache.size).toBe(3);
    cache.set('d', '123456');
    expect([...cache.entries()]).toEqual([
      ['c', '12'],
      ['d', '123456'],
    ]);
  });

  test('counts what replaces another instead of it', () => {
    const cache = new BoundedCache<string, string>(10, ({ length }) => length);
    for (const value of ['12345678', '1', '123456789']) cache.set('a', value);
    cache.set('b', '1');
    expect(cache.size).toBe(2);
  });

  test('does not keep what is larger than itself', () => {
    const cache = new BoundedCache<string, string>(3, ({ length }) => length);
    cache.set('b', '1');
    cache.set('a', '1234');
    expect(cache.get('a')).toBeUndefined();
    expect(cache.get('b')).toBe('1');
  });

  test('takes in what is new though all that it has is in use', () => {
    const cache = new BoundedCache<number, number>(100);
    for (let key = 0; key < 100; key += 1) cache.set(key, key);
    for (let key = 0; key < 100; key += 1) cache.get(key);
    cache.set(100, 100);
    expect([cache.size, cache.get(0), cache.get(1), cache.get(100)]).toEqual([100, undefined, 1, 100]);
  });

  test('keeps what is used again and again, however much else comes by', () => {
    const cache = new BoundedCache<number, number>(100);
    for (let key = 0; key < 10_000; key += 1) {
      cache.set(key, key);
      for (let often = 0; often < 10; often += 1)
        expect(cache.get(often) ?? key).toBe(key < often ? key : often);
    }
    expect(cache.size).toBe(100);
  });
});
