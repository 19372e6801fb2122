import { describe, expect, test } from '@jest/globals';
import { ApiError } from '../errors.ts';
import { cleanOptionalText, cleanText } from '../input-text.ts';

const bounds = { field: 'name', max: 5 };

function refusal(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    if (error instanceof ApiError) return error.extensions;
  }
  return undefined;
}

const refused = { code: 'BAD_USER_INPUT', field: 'name' };

describe('text that comes in', () => {
  test('is trimmed and brought to NFC', () => {
    expect(cleanText('  Cafe\u0301 ', bounds)).toBe('Caf\u00e9');
  });

  test.each([
    ['empty', '   '],
    ['too long', 'abcdef'],
    ['a NUL', 'a\u0000b'],
    ['a line feed', 'a\nb'],
    ['a C1 control', 'a\u0085b'],
    ['a right-to-left override', 'a\u202Eb'],
    ['an isolate', 'a\u2066b'],
    ['half a surrogate pair', 'a\uD800'],
  ])('is refused when it is or has %s', (_what, value) => {
    expect(refusal(() => cleanText(value, bounds))).toEqual(refused);
  });

  test('counts characters, not UTF-16 units', () => {
    expect(cleanText('🎫🎫🎫🎫🎫', bounds)).toHaveLength(10);
  });

  test('may have lines where it is multiline, and no other controls', () => {
    expect(cleanText('a\r\nb', { ...bounds, multiline: true })).toBe('a\nb');
    expect(refusal(() => cleanText('a\u0007', { ...bounds, multiline: true }))).toEqual(refused);
  });

  test('that is optional and empty is null', () => {
    expect(cleanOptionalText('  ', bounds)).toBeNull();
    expect(cleanOptionalText(undefined, bounds)).toBeNull();
    expect(cleanOptionalText(' a ', bounds)).toBe('a');
  });
});
