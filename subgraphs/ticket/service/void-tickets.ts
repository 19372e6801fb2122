import type { Transaction } from '@tixgo/platform/database/database.ts';
import type { TicketRecord } from '../domain/ticket.ts';
import { lockActiveListings, moveListing } from '../store/listing-store.ts';
import { lockOrder } from '../store/order-store.ts';
import { changeTickets, logTickets } from '../store/ticket-store.ts';
import { releaseOrders } from './release-orders.ts';
import { type Tell, tellTickets } from './tell-changes.ts';

/** Ends tickets that are held, and what hangs on them. */
export async function voidTickets(
  transaction: Transaction,
  tell: Tell,
  tickets: readonly TicketRecord[],
  change: { readonly status: 'REFUNDED' | 'CANCELED'; readonly restocked?: boolean },
  now: Date,
): Promise<void> {
  const voided = await changeTickets(
    transaction,
    tickets.map(({ id }) => id),
    change,
  );
  await logTickets(transaction, voided, { change: 'VOIDED', byId: null, note: change.status, at: now });
  await endListings(
    transaction,
    tell,
    tickets.map(({ id }) => id),
    now,
  );
  await tellTickets(transaction, tell, voided, now);
}

/** Withdraws the listings of tickets. An order that holds one is canceled; what is paid for it later goes back. */
async function endListings(
  transaction: Transaction,
  tell: Tell,
  ticketIds: readonly string[],
  now: Date,
): Promise<void> {
  for (const listing of await lockActiveListings(transaction, ticketIds)) {
    const order = listing.orderId === null ? undefined : await lockOrder(transaction, listing.orderId);
    if (order?.status === 'PENDING') await releaseOrders(transaction, tell, [order], 'CANCELED', now);
    await moveListing(transaction, listing.id, 'CANCELED', null);
  }
}

/** Ends the resale of those that are on it and gives them back to their holders. Tickets must be held with their listings. */
export async function takeOffResale(
  transaction: Transaction,
  tell: Tell,
  tickets: readonly TicketRecord[],
  now: Date,
): Promise<void> {
  const listed = tickets.filter(({ status }) => status === 'LISTED').map(({ id }) => id);
  await endListings(transaction, tell, listed, now);
  await tellTickets(transaction, tell, await changeTickets(transaction, listed, { status: 'VALID' }), now);
}
