import { expect, test } from '@jest/globals';
import { copy, merge } from '../executor/merge.ts';

test('a copy has all members, whatever their names', () => {
  const value = JSON.parse('{"__proto__":{"x":1},"constructor":[{"__proto__":null}],"a":null}');
  expect(JSON.stringify(copy(value))).toBe(JSON.stringify(value));
  expect(Object.getPrototypeOf(copy(value))).toBe(Object.prototype);
});

const merged = (...parts: object[]) => {
  const target = {};
  for (const part of parts) merge(target, structuredClone(part) as Record<string, unknown>, () => false);
  return target;
};

test.each<[string, object, object, object]>([
  ['an object and null', { a: { x: 1 } }, { a: null }, { a: { x: 1 } }],
  ['a value and null', { a: 1 }, { a: null }, { a: 1 }],
  ['a list and null', { a: [1] }, { a: null }, { a: [1] }],
  [
    'lists with null in different places',
    { a: [{ x: 1 }, null] },
    { a: [null, { y: 2 }] },
    { a: [{ x: 1 }, { y: 2 }] },
  ],
  [
    'lists of lists with null',
    { a: [[{ x: 1 }], null] },
    { a: [null, [{ y: 2 }]] },
    { a: [[{ x: 1 }], [{ y: 2 }]] },
  ],
  ['objects', { a: { x: 1 } }, { a: { y: null } }, { a: { x: 1, y: null } }],
])('%s are the same whichever comes first', (_, one, other, both) => {
  expect(merged(one, other)).toEqual(both);
  expect(merged(other, one)).toEqual(both);
});
