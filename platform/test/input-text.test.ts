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
    ['more marks on one letter than any language writes', `a${'\u0301\u0316'.repeat(16)}`],
  ])('is refused when it is or has %s', (_what, value) => {
    expect(refusal(() => cleanText(value, bounds))).toEqual(refused);
  });

  test('counts characters, not UTF-16 units', () => {
    expect(cleanText('🎫🎫🎫🎫🎫', bounds)).toHaveLength(10);
  });

  test('may be spelled in as many parts as Unicode has for its characters', () => {
    expect(cleanText('\u03B1\u0313\u0300\u0345'.repeat(5), bounds)).toBe('\u1F82'.repeat(5));
    expect(cleanText(`${' '.repeat(1_000)}abcde${' '.repeat(1_000)}`, bounds)).toBe('abcde');
  });

  test('stops nobody else, however long it is and whatever stands on its letters', () => {
    const heap = `a${'\u0301\u0316'.repeat(63_000)}`;
    const startedAt = performance.now();
    expect(refusal(() => cleanText(heap, bounds))).toEqual(refused);
    expect(refusal(() => cleanText(heap, { field: 'name', max: 100_000 }))).toEqual(refused);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
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
