import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isoText } from '../graphql/iso-text.ts';

describe('the text of a moment', () => {
  test('is what the language has for it, whenever it is', () => {
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true }), (date) => {
        expect(isoText(date)).toBe(date.toISOString());
      }),
      { numRuns: 2_000 },
    );
  });

  test('is right on every day of four centuries and at their ends', () => {
    const day = 24 * 60 * 60 * 1_000;
    for (let time = Date.UTC(1900, 0, 1); time < Date.UTC(2301, 0, 1); time += day) {
      const last = new Date(time - 1);
      if (isoText(last) !== last.toISOString()) expect(isoText(last)).toBe(last.toISOString());
    }
    for (const text of [
      '0001-01-01',
      '0999-12-31',
      '1000-01-01',
      '9999-12-31',
      '+010000-01-01',
      '-000001-01-01',
    ]) {
      const date = new Date(`${text}T00:00:00.000Z`);
      expect(isoText(date)).toBe(date.toISOString());
    }
  });

  test('is refused for what is no moment', () => {
    expect(() => isoText(new Date(Number.NaN))).toThrow(RangeError);
  });
});
