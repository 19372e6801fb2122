import { describe, expect, test } from '@jest/globals';
import { type ExecutionResult, GraphQLNonNull, GraphQLObjectType, GraphQLSchema, graphqlSync } from 'graphql';
import { minorUnitsScalar } from '../graphql/minor-units.ts';
import { cleanMoney, isCurrency, largestAmount, type Money } from '../money.ts';

const refusal = (money: { amount: unknown; currency: string }, field = 'price') => {
  try {
    cleanMoney(money as Money, field);
    return undefined;
  } catch (error) {
    return error;
  }
};

describe('an amount of money', () => {
  test.each([0, 1, 1050, 99_999_999])('may be %i', (amount) => {
    expect(cleanMoney({ amount, currency: 'EUR' }, 'price')).toEqual({ amount, currency: 'EUR' });
  });

  test('has eight digits at most, as the largest payment that Stripe takes', () => {
    expect(largestAmount).toBe(99_999_999);
  });

  test.each([
    ['below nothing', -1],
    ['above the largest', 100_000_000],
    ['beyond 32 bits', 2 ** 31],
    ['beyond what a number says exactly', 2 ** 53],
    ['a fraction', 10.5],
    ['a fraction by a hair', 10.000_000_1],
    ['no number', Number.NaN],
    ['endless', Number.POSITIVE_INFINITY],
    ['a text', '1050'],
    ['a bigint', 1050n],
    ['null', null],
  ])('that is %s is refused by field', (_what, amount) => {
    expect(refusal({ amount, currency: 'EUR' })).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: 'price.amount must be from 0 to 99999999, in minor units.',
      extensions: { field: 'price.amount' },
    });
  });

  test('is refused under the name of its field, before its currency', () => {
    expect(refusal({ amount: -1, currency: 'none' }, 'listing.price')).toMatchObject({
      extensions: { field: 'listing.price.amount' },
    });
  });
});

describe('an amount that nobody could charge', () => {
  const dinars = ['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'];
  test.each([...dinars.map((currency) => [currency, 10] as const), ['MGA', 100] as const])(
    'in %s is refused: it has steps of %i',
    (currency, step) => {
      for (const amount of [0, step, 25 * step]) {
        expect(cleanMoney({ amount, currency }, 'price')).toEqual({ amount, currency });
      }
      for (const amount of [1, step - 1, step / 2, 25 * step + 1]) {
        expect(refusal({ amount, currency })).toMatchObject({
          code: 'BAD_USER_INPUT',
          message: `price.amount must be a multiple of ${step} in ${currency}: smaller steps cannot be charged.`,
          extensions: { field: 'price.amount' },
        });
      }
    },
  );
});

describe('a currency', () => {
  test.each(['EUR', 'USD', 'JPY', 'IDR', 'KWD', 'CLP', 'BRL'])('may be %s', (currency) => {
    expect(isCurrency(currency)).toBe(true);
    expect(cleanMoney({ amount: 10, currency }, 'price')).toEqual({ amount: 10, currency });
  });

  test('is taken without the blanks around it', () => {
    expect(cleanMoney({ amount: 1, currency: ' EUR\n' }, 'price')).toEqual({ amount: 1, currency: 'EUR' });
  });

  test.each([
    ['in small letters', 'eur'],
    ['in mixed letters', 'Eur'],
    ['that nobody has', 'QQQ'],
    ['for tests', 'XTS'],
    ['for none', 'XXX'],
    ['that is gold', 'XAU'],
    ['that is no longer', 'DEM'],
    ['by number', '978'],
    ['by sign', '€'],
    ['of two letters', 'EU'],
    ['of four letters', 'EURO'],
    ['of full-width letters', '\uFF25\uFF35\uFF32'],
    ['that is nothing', ''],
    ['with a NUL', 'EUR\u0000'],
    ['named as what every object has', 'constructor'],
  ])('%s is refused by field: %j', (_what, currency) => {
    expect(isCurrency(currency)).toBe(false);
    expect(refusal({ amount: 1, currency })).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: 'price.currency must be an ISO 4217 code such as EUR.',
      extensions: { field: 'price.currency' },
    });
  });
});

/** What a client is answered whose sum this is. */
const answered = (sum: unknown): ExecutionResult => {
  const fields = { sum: { type: new GraphQLNonNull(minorUnitsScalar), resolve: () => sum } };
  const schema = new GraphQLSchema({ query: new GraphQLObjectType({ name: 'Query', fields }) });
  return JSON.parse(JSON.stringify(graphqlSync({ schema, source: '{ sum }' })));
};

describe('a sum of money', () => {
  test.each([
    ['nothing', 0],
    ['the largest Int', 2 ** 31 - 1],
    ['more than any Int', 2 ** 31],
    ['a full house in rupiah', 99_999_999 * 10_000],
    ['the largest whole number that is exact', Number.MAX_SAFE_INTEGER],
    ['a debt', -2_147_483_649],
    ['the deepest debt', Number.MIN_SAFE_INTEGER],
  ])('of %s is answered exactly: %i', (_what, sum) => {
    expect(answered(sum)).toEqual({ data: { sum } });
  });

  test.each([
    ['too large to be exact', 2 ** 53],
    ['too deep to be exact', -(2 ** 53)],
    ['a fraction', 10.5],
    ['no number', Number.NaN],
    ['endless', Number.POSITIVE_INFINITY],
    ['a text, as the database has its own sums', '1050'],
    ['a bigint', 1050n],
    ['true', true],
    ['a date', new Date(0)],
  ])('that is %s is an error rather than wrong money', (_what, sum) => {
    expect(answered(sum)).toMatchObject({
      data: null,
      errors: [{ message: 'MinorUnits serializes whole numbers only.', path: ['sum'] }],
    });
  });
});
