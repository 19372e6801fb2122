import { describe, expect, test } from '@jest/globals';
import { Cursors } from '../graphql/connection.ts';

const fruits = new Cursors<readonly [string]>('fruits', (values) => values.length === 1);
const shoes = new Cursors<readonly [string]>('shoes', (values) => values.length === 1);

describe('pages of a list', () => {
  test('tell whether there is more, and where they end', () => {
    const page = fruits.page({ first: 2 });
    const { edges, pageInfo } = fruits.connection(['apple', 'pear', 'plum'], page, (fruit) => [fruit]);
    expect(edges.map(({ node }) => node)).toEqual(['apple', 'pear']);
    expect(pageInfo).toEqual({ hasNextPage: true, endCursor: edges[1]?.cursor });
    expect(fruits.page({ after: pageInfo.endCursor }).after).toEqual(['pear']);
  });

  test('may be empty', () => {
    expect(fruits.connection([], fruits.page({}), () => ['']).pageInfo).toEqual({
      hasNextPage: false,
      endCursor: null,
    });
  });

  test.each([0, -1, 101, 10_000])('of %i are refused', (first) => {
    expect(() => fruits.page({ first })).toThrow(
      expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT', field: 'first' } }),
    );
  });

  test.each([
    ['of another list', shoes.encode(['x'])],
    ['of no list', Buffer.from('{"a":1}').toString('base64url')],
    ['with too much in it', Buffer.from('["fruits","a","b"]').toString('base64url')],
    ['that is not text', Buffer.from('["fruits",5]').toString('base64url')],
    ['that is nonsense', '%%%'],
    ['that is empty', ''],
  ])('behind a cursor %s are refused', (_what, after) => {
    expect(() => fruits.page({ after })).toThrow(
      expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT', field: 'after' } }),
    );
  });
});
