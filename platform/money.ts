import { badUserInput } from './errors.ts';

export interface Money {
  /** In minor units, a whole number from 0. */
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
}

/** Stripe takes at most eight digits in one payment; so does an order. */
export const largestAmount = 99_999_999;

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
  return { amount, currency: code };
}
