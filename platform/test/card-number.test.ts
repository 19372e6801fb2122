import { createHash, randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { holdsCardNumber } from '../card-number.ts';
import { newId } from '../ids.ts';

test.each([
  '4242424242424242',
  '4242 4242 4242 4242',
  '4242/4242/4242/4242',
  '42.42-42_42·42 42|42 42',
  '4242\u200B4242\u200D4242\uFEFF4242',
  '４２４２４２４２４２４２４２４２',
  'card4242424242424242x',
  'order 17: 4242424242424242 12/30 123',
  'a 1 b 5555555555554444',
  '2223003122003222',
  '378282246310005',
  '30569309025904',
  '3566002020360505',
  '6011111111111117',
  '6205500000000000004',
  '630400000000',
])('a card number is found in %j', (text) => {
  expect(holdsCardNumber(text)).toBe(true);
});

test.each([
  ['nothing', ''],
  ['words', 'buy the third seat'],
  ['another check digit', '4242424242424241'],
  ['too few digits', '42424242420'],
  ['too many digits', '63040000000000000000'],
  ['parted by letters', '4242a4242b4242c4242'],
  ['a moment in milliseconds', '1763750000006'],
  ['a moment', '2026-05-01T10:00:00.000Z'],
  ['an id that counts', '1844674407370955161'],
  ['a UUID of digits', '42424242-4242-4242-4242-424242424242'],
  ['a UUID behind a word', 'order:42424242-4242-4242-4242-424242424242'],
])('none is found in %s', (_what, text) => {
  expect(holdsCardNumber(text)).toBe(false);
});

test('none is found in the keys that programs make', () => {
  const made = Array.from({ length: 20_000 }, (_, index) => [
    newId(),
    `order-${randomUUID()}`,
    createHash('sha256').update(String(index)).digest('hex'),
    String(1_760_000_000_000 + index),
  ]).flat();
  expect(made.filter(holdsCardNumber)).toEqual([]);
});
