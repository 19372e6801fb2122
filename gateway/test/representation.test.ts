import { expect, test } from '@jest/globals';
import { representing } from '../executor/representation.ts';

const field = (name: string, ...selections: Field[]): Field => ({
  kind: 'Field',
  name,
  ...(selections.length > 0 && { selections }),
});
interface Field {
  readonly kind: 'Field';
  readonly name: string;
  readonly selections?: readonly Field[];
}

const represent = representing(
  [field('__typename'), field('spot', field('id')), field('seats', field('row'))] as never,
  () => true,
);
const whole = { __typename: 'E', spot: { id: '1' }, seats: [{ row: 1 }, null, [{ row: 2 }]] };

test('what is null of a key is null, and more than the key is not told', () => {
  expect(represent({ ...whole, spot: { id: '1', size: 2 }, other: 1 })).toEqual(whole);
  expect(represent({ ...whole, spot: null })).toEqual({ ...whole, spot: null });
  expect(represent({ ...whole, spot: { id: null } })).toEqual({ ...whole, spot: { id: null } });
});

test.each([
  ['a field', { spot: undefined }],
  ['a field of an object', { spot: { size: 2 } }],
  ['a field of an item', { seats: [{ row: 1 }, {}] }],
  ['a field of an item of an item', { seats: [[{}]] }],
  ['the type', { __typename: undefined }],
])('without %s nobody can be asked for the entity', (_, change) => {
  expect(represent({ ...whole, ...change })).toBeUndefined();
});
