/** Have no minor unit, but Stripe counts them in hundredths (docs.stripe.com/currencies, "Special cases"). */
const countedInHundredths = new Set(['ISK', 'UGX']);

/** An amount in ISO 4217's minor units as Stripe wants it. */
export function stripeAmount(amount: number, currency: string): number {
  return countedInHundredths.has(currency) ? amount * 100 : amount;
}
