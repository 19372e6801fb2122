import { describe, expect, test } from '@jest/globals';
import { dateTimeScalar } from '../graphql/date-time.ts';

describe('a DateTime', () => {
  test.each([
    ['2026-07-01T18:30:00Z', '2026-07-01T18:30:00.000Z'],
    ['2026-07-01t20:30:00.25+02:00', '2026-07-01T18:30:00.250Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['0100-01-01T00:00:00Z', '0100-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('%s is the moment %s', (text, moment) => {
    expect(dateTimeScalar.serialize(dateTimeScalar.parseValue(text))).toBe(moment);
  });

  test.each([
    ['without an offset', '2026-07-01T18:30:00'],
    ['of a day that is not', '2026-02-30T00:00:00Z'],
    ['of February 29 in another year', '2025-02-29T00:00:00Z'],
    ['of month 13', '2026-13-01T00:00:00Z'],
    ['of hour 24', '2026-07-01T24:00:00Z'],
    ['of minute 60', '2026-07-01T18:60:00Z'],
    ['of a year below 100', '0099-12-31T23:59:59Z'],
    ['before the year 100', '0100-01-01T00:00:00+01:00'],
    ['of the year 0', '0000-05-05T00:00:00Z'],
    ['after the year 9999', '9999-12-31T23:59:59-01:00'],
    ['that is a day only', '2026-07-01'],
    ['that is a number', 5],
    ['that is nothing', ''],
  ])('%s is refused: %j', (_what, value) => {
    expect(() => dateTimeScalar.parseValue(value)).toThrow(
      expect.objectContaining({ extensions: { code: 'BAD_USER_INPUT' } }),
    );
  });
});
