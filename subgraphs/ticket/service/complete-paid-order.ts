import type { Transaction } from '@tixgo/platform/database/database.ts';
import { newId } from '@tixgo/platform/ids.ts';
import type { PaymentSucceeded } from '@tixgo/schema/facts/payment.ts';
import { isHeld, type OrderRecord } from '../domain/order.ts';
import { lockListings, moveListing } from '../store/listing-store.ts';
import { changeOrders, findLines, findOrders } from '../store/order-store.ts';
import { insertPayout } from '../store/payout-store.ts';
import { changeTickets, insertPurchase, lockTickets, logTickets, notePayout } from '../store/ticket-store.ts';
import { moveStock, StockChanges } from '../store/ticket-type-store.ts';
import { issueTickets } from './issue-tickets.ts';
import { lockOrderToPay } from './lock-tickets.ts';
import { type Tell, tellOrders, tellTickets } from './tell-changes.ts';
import { orderConfirmed, orderRefundDue } from './ticket-facts.ts';

/** A payment came: the order gets its tickets, or, when it does not hold them any more, its buyer the money back. */
export async function completePaidOrder(
  transaction: Transaction,
  tell: Tell,
  { orderId, paymentId, amount }: PaymentSucceeded,
  now: Date,
): Promise<void> {
  const order = await lockOrderToPay(transaction, orderId);
  if (order?.paidById === paymentId) return;
  if (!order || !isHeld(order, now)) {
    tell(orderRefundDue({ orderId, paymentId, amount, cause: 'LATE_PAYMENT' }, now));
    return;
  }
  await payOrder(transaction, tell, order, paymentId, now);
}

async function payOrder(
  transaction: Transaction,
  tell: Tell,
  order: OrderRecord,
  paymentId: string,
  now: Date,
): Promise<void> {
  const change = { status: 'PAID', payingId: null, paidById: paymentId } as const;
  const paid = await changeOrders(transaction, [order.id], change);
  if (order.listingId === null) await sell(transaction, tell, paid, now);
  else await handOver(transaction, tell, order, order.listingId, now);
  await tellOrders(transaction, tell, paid, now);
  tell(orderConfirmed(order, now));
}

async function sell(
  transaction: Transaction,
  tell: Tell,
  paid: readonly OrderRecord[],
  now: Date,
): Promise<void> {
  const lines = await findLines(
    transaction,
    paid.map(({ id }) => id),
  );
  const changes = new StockChanges();
  for (const { typeId, quantity, price } of lines) {
    changes.add(typeId, { sold: quantity, reserved: -quantity, revenue: quantity * price });
  }
  await moveStock(transaction, changes);
  await issueTickets(transaction, tell, paid, lines, now);
}

/** The ticket becomes the buyer's, its old code void, and the seller has a payout to come. */
async function handOver(
  transaction: Transaction,
  tell: Tell,
  order: OrderRecord,
  listingId: string,
  now: Date,
): Promise<void> {
  await lockListings(transaction, [listingId]);
  const listing = await moveListing(transaction, listingId, 'SOLD', order.id);
  const { ticketId, sellerId, price, currency } = listing;
  const [ticket] = await lockTickets(transaction, [ticketId]);
  if (!ticket) throw new Error(`Listing ${listingId} has no ticket.`);
  const payoutId = newId();
  const status = 'DUE' as const;
  const payout = { id: payoutId, listingId, sellerId, amount: price, currency, status, createdAt: now };
  await insertPayout(transaction, { ...payout, settledAt: null });
  await notePayout(transaction, { orderId: ticket.orderId, ticketId, payoutId });
  await insertPurchase(transaction, { orderId: order.id, ticketId, price, payoutId: null });
  const changed = await changeTickets(transaction, [ticketId], {
    status: 'VALID',
    holderId: order.buyerId,
    orderId: order.id,
    changesHands: true,
  });
  await logTickets(transaction, changed, { change: 'RESOLD', byId: order.buyerId, at: now });
  await tellTickets(transaction, tell, changed, now);
  // What the seller's own order may be paid back has become less.
  await tellOrders(transaction, tell, await newVersion(transaction, ticket.orderId), now);
}

async function newVersion(transaction: Transaction, orderId: string): Promise<OrderRecord[]> {
  const [order] = await findOrders(transaction, [orderId]);
  return order ? await changeOrders(transaction, [orderId], {}) : [];
}
