import type { Transaction } from '@tixgo/platform/database/database.ts';
import type { OrderRecord } from '../domain/order.ts';
import type { TicketRecord } from '../domain/ticket.ts';
import { findOrdersOfTickets, findSellersOrder, lockActiveListings } from '../store/listing-store.ts';
import { lockOrder, lockOrders } from '../store/order-store.ts';
import { findPurchases, lockTickets } from '../store/ticket-store.ts';

/**
 * Holds tickets and what hangs on them.
 *
 * Every transaction of this service takes rows in one order, so that no two of them wait for each other:
 *
 *     orders, oldest first  >  listings  >  tickets  >  payouts  >  ticket types  >  events
 *
 * and those of one kind by their ids, which sort orders by their age. A ticket's own order, by which it was last bought,
 * stands for all that may come to hang on it: nobody lists the ticket, or reserves a listing of it, without holding that
 * order. So whoever holds it knows every active listing and the order that holds it, which is younger. To let go of a
 * listing, the order that holds it is enough.
 */
export async function lockWithListings(
  transaction: Transaction,
  ticketIds: readonly string[],
): Promise<TicketRecord[]> {
  if (ticketIds.length === 0) return [];
  await lockOrdersOfTickets(transaction, ticketIds);
  await lockActiveListings(transaction, ticketIds);
  return await lockTickets(transaction, ticketIds);
}

/** While some are waited for, tickets may be reserved or resold: then others are to be held too, and they are younger. */
async function lockOrdersOfTickets(transaction: Transaction, ticketIds: readonly string[]): Promise<void> {
  const held = new Set<string>();
  for (;;) {
    const found = await findOrdersOfTickets(transaction, ticketIds);
    const missing = found.filter((id) => !held.has(id));
    if (missing.length === 0) return;
    await lockOrders(transaction, missing);
    for (const id of missing) held.add(id);
  }
}

/** Tickets that orders bought and that are not somebody else's since. The orders must be held. */
export async function lockKeptTickets(
  transaction: Transaction,
  orders: readonly Pick<OrderRecord, 'id'>[],
): Promise<TicketRecord[]> {
  const ids = orders.map(({ id }) => id);
  const kept = (await findPurchases(transaction, ids)).filter(({ payoutId }) => payoutId === null);
  const tickets = await lockWithListings(
    transaction,
    kept.map(({ ticketId }) => ticketId),
  );
  return tickets.filter(({ orderId }) => ids.includes(orderId));
}

/** Holds an order that is being paid; one that buys on resale after the order that it buys from. */
export async function lockOrderToPay(transaction: Transaction, id: string): Promise<OrderRecord | undefined> {
  const sellersId = await findSellersOrder(transaction, id);
  if (sellersId !== undefined) await lockOrder(transaction, sellersId);
  return await lockOrder(transaction, id);
}
