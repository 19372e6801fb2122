/** A ticket as an order bought it. */
export interface Purchase {
  readonly orderId: string;
  readonly ticketId: string;
  /** In minor units. */
  readonly price: number;
  /** What the buyer gets for selling it on; one that stands is not paid back to them as well. */
  readonly payoutId: string | null;
}

export interface DividedRefund {
  readonly paidBack: readonly Purchase[];
  readonly paidOut: readonly Purchase[];
}

/**
 * What of an order a refund was for. It leaves out what its buyer had sold on when it was decided, which is what was
 * sold on first: payouts called off since stand again, and one that came since is called off.
 * @param amount what was paid back, in minor units
 */
export function divideRefund(bought: readonly Purchase[], amount: number): DividedRefund {
  // Ids of payouts sort by time.
  const soldOn = bought
    .filter(({ payoutId }) => payoutId !== null)
    .sort((a, b) => compare(a.payoutId, b.payoutId));
  let left = sum(bought) - amount;
  const paidOut = new Set<Purchase>();
  for (const purchase of soldOn) {
    if (purchase.price > left) break;
    left -= purchase.price;
    paidOut.add(purchase);
  }
  return { paidBack: bought.filter((each) => !paidOut.has(each)), paidOut: [...paidOut] };
}

const sum = (bought: readonly Purchase[]) => bought.reduce((total, { price }) => total + price, 0);
const compare = (a: string | null, b: string | null) => ((a ?? '') < (b ?? '') ? -1 : 1);
