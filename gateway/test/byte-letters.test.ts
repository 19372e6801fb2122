import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { byteLetters } from '../executor/byte-letters.ts';

test.each([
  ['text of all letters', fc.string({ unit: 'binary', maxLength: 120 })],
  [
    'halves of pairs',
    fc.array(fc.integer({ min: 0xd700, max: 0xe000 })).map((units) => String.fromCharCode(...units)),
  ],
  [
    'letters of each length',
    fc.string({ unit: fc.constantFrom('a', '\u0080', '\u07ff', '\u0800', '\uffff', '🎟') }),
  ],
])('%s is written in Latin-1 as UTF-8', (_, texts) => {
  fc.assert(
    fc.property(texts, (text) => {
      expect(Buffer.from(byteLetters(text), 'latin1')).toEqual(Buffer.from(text));
    }),
  );
});
