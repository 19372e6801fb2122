/** Have no minor unit, but Stripe counts them in hundredths (docs.stripe.com/currencies, "Special cases"). */
const countedInHundredths = new Set(['ISK', 'UGX']);

/** An amount in ISO 4217's minor units as Stripe wants it. */
export function stripeAmount(amount: number, currency: string): number {
  // The ariary has hundredths by ISO 4217, though nobody pays with them.
  if (currency === 'MGA') return amount / 100;
  return countedInHundredths.has(currency) ? amount * 100 : amount;
}
