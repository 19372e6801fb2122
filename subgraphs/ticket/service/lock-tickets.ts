import type { Transaction } from '@tixgo/platform/database/database.ts';
import type { OrderRecord } from '../domain/order.ts';
import type { TicketRecord } from '../domain/ticket.ts';
import { findActiveListings, lockActiveListings } from '../store/listing-store.ts';
import { lockOrder } from '../store/order-store.ts';
import { findPurchases, lockTickets } from '../store/ticket-store.ts';

/**
 * Holds tickets and what hangs on them: orders come before listings, listings before tickets, as where an order is
 * paid, so that the two cannot deadlock.
 */
export async function lockWithListings(
  transaction: Transaction,
  ticketIds: readonly string[],
): Promise<TicketRecord[]> {
  const listings = await findActiveListings(transaction, ticketIds);
  const orderIds = listings.flatMap(({ orderId }) => orderId ?? []).sort();
  for (const id of orderIds) await lockOrder(transaction, id);
  await lockActiveListings(transaction, ticketIds);
  return await lockTickets(transaction, ticketIds);
}

/** Tickets that the order bought and that are not somebody else's since. */
export async function lockKeptTickets(
  transaction: Transaction,
  { id }: Pick<OrderRecord, 'id'>,
): Promise<TicketRecord[]> {
  const kept = (await findPurchases(transaction, [id])).filter(({ payoutId }) => payoutId === null);
  const tickets = await lockWithListings(
    transaction,
    kept.map(({ ticketId }) => ticketId),
  );
  return tickets.filter(({ orderId }) => orderId === id);
}
