import type { Transaction } from '@tixgo/platform/database/database.ts';
import type { Purchase } from '../domain/purchase.ts';
import type { MovedPayout } from '../store/payout-store.ts';
import { findTickets } from '../store/ticket-store.ts';
import type { StockChanges } from '../store/ticket-type-store.ts';

/** Adds to the revenue of the types what each purchase brings in, or takes off it. @param amountOf in minor units */
export async function addPurchases(
  transaction: Transaction,
  changes: StockChanges,
  bought: readonly Purchase[],
  amountOf: (purchase: Purchase) => number,
): Promise<void> {
  const tickets = await findTickets(
    transaction,
    bought.map(({ ticketId }) => ticketId),
  );
  const types = new Map(tickets.map(({ id, typeId }) => [id, typeId]));
  for (const purchase of bought) {
    const typeId = types.get(purchase.ticketId);
    if (typeId !== undefined) changes.add(typeId, { revenue: amountOf(purchase) });
  }
}

/** Payouts that were called off stay with the organizer; those that stand again go out. */
export function addPayouts(changes: StockChanges, moved: readonly MovedPayout[], sign: 1 | -1): void {
  for (const { typeId, amount } of moved) changes.add(typeId, { revenue: sign * amount });
}
