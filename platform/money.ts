import { badUserInput } from './errors.ts';

export interface Money {
  /** In minor units, a whole number from 0. */
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
}

/** Stripe takes at most eight digits in one payment; so does an order. */
export const largestAmount = 99_999_999;

/** Those whose minor unit is no hundredth: by ISO 4217, where the runtime goes by what people write. */
const decimalsOf: Readonly<Record<string, number>> = Object.fromEntries([
  ...'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'
    .split(' ')
    .map((code) => [code, 0]),
  ...'BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3]),
  ...'CLF UYW'.split(' ').map((code) => [code, 4]),
]);

/** How many decimals the minor unit of a currency is. */
export function decimalsIn(currency: string): number {
  return decimalsOf[currency] ?? 2;
}

/**
 * What amounts must be a multiple of, so that they can be charged: Stripe wants the third decimal to be 0, and takes
 * whole ariary only (docs.stripe.com/currencies).
 */
function smallestStep(currency: string): number {
  if (currency === 'MGA') return 100;
  return decimalsIn(currency) === 3 ? 10 : 1;
}

let currencies: ReadonlySet<string> | undefined;

/** Whether it is an ISO 4217 code in use, as the runtime's own list has it. */
export function isCurrency(code: string): boolean {
  currencies ??= new Set(Intl.supportedValuesOf('currency'));
  return currencies.has(code);
}

/**
 * @param field of the amount's object, as the client wrote it
 * @throws BAD_USER_INPUT
 */
export function cleanMoney({ amount, currency }: Money, field: string): Money {
  if (!Number.isInteger(amount) || amount < 0 || amount > largestAmount) {
    throw badUserInput(
      `${field}.amount`,
      `${field}.amount must be from 0 to ${largestAmount}, in minor units.`,
    );
  }
  const code = currency.trim();
  if (!isCurrency(code)) {
    throw badUserInput(`${field}.currency`, `${field}.currency must be an ISO 4217 code such as EUR.`);
  }
  const step = smallestStep(code);
  if (amount % step !== 0) {
    throw badUserInput(
      `${field}.amount`,
      `${field}.amount must be a multiple of ${step} in ${code}: smaller steps cannot be charged.`,
    );
  }
  return { amount, currency: code };
}
