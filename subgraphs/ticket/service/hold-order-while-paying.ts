import type { Transaction } from '@tixgo/platform/database/database.ts';
import type { PaymentFailed, PaymentStarted } from '@tixgo/schema/facts/payment.ts';
import { longestPayment, type OrderRecord } from '../domain/order.ts';
import { orWhenOver } from '../domain/ticket-type.ts';
import { lockListings, moveListing } from '../store/listing-store.ts';
import { changeOrders, findLines, lockOrder } from '../store/order-store.ts';
import { findTicketTypes, lockTicketTypes, moveStock } from '../store/ticket-type-store.ts';
import { lockOrderToPay } from './lock-tickets.ts';
import { heldBy } from './release-orders.ts';
import { type Tell, tellOrders } from './tell-changes.ts';

/**
 * A payment that began in time holds the order's tickets on until it is decided. One that is heard of late, when a
 * sweep has let them go, takes them again if they are still there.
 */
export async function holdOrderWhilePaying(
  transaction: Transaction,
  tell: Tell,
  { orderId, paymentId, at }: PaymentStarted,
  now: Date,
): Promise<void> {
  const order = await lockOrderToPay(transaction, orderId);
  const began = new Date(at);
  if (!order || began >= order.expiresAt) return;
  if (order.status === 'EXPIRED' && !(await takeAgain(transaction, order))) return;
  if (order.status !== 'PENDING' && order.status !== 'EXPIRED') return;
  const changed = await changeOrders(transaction, [order.id], {
    ...(order.status === 'EXPIRED' && { status: 'PENDING' }),
    payingId: paymentId,
    heldUntil: await heldWhilePaying(transaction, order, began),
  });
  await tellOrders(transaction, tell, changed, now);
}

/** A window may be longer than a payment may take: beginning to pay must not shorten it. */
async function heldWhilePaying(
  transaction: Transaction,
  { id, expiresAt }: OrderRecord,
  began: Date,
): Promise<Date> {
  const longest = new Date(Math.max(expiresAt.getTime(), began.getTime() + longestPayment));
  const typeIds = (await findLines(transaction, [id])).map(({ typeId }) => typeId);
  return orWhenOver(longest, await findTicketTypes(transaction, typeIds, began));
}

async function takeAgain(transaction: Transaction, order: OrderRecord): Promise<boolean> {
  if (order.listingId !== null) {
    const [listing] = await lockListings(transaction, [order.listingId]);
    if (listing?.status !== 'OPEN') return false;
    await moveListing(transaction, listing.id, 'RESERVED', order.id);
    return true;
  }
  const lines = await findLines(transaction, [order.id]);
  const types = await lockTicketTypes(
    transaction,
    lines.map(({ typeId }) => typeId),
  );
  const fits = lines.every(({ typeId, quantity }) =>
    types.some(({ id, capacity, sold, reserved }) => id === typeId && capacity - sold - reserved >= quantity),
  );
  if (fits) await moveStock(transaction, await heldBy(transaction, [order], 1));
  return fits;
}

/** The order falls back to the time that its buyer was told. */
export async function endHoldOfFailedPayment(
  transaction: Transaction,
  tell: Tell,
  { orderId, paymentId }: PaymentFailed,
  now: Date,
): Promise<void> {
  const order = await lockOrder(transaction, orderId);
  if (order?.payingId !== paymentId || order.status !== 'PENDING') return;
  const change = { payingId: null, heldUntil: order.expiresAt };
  await tellOrders(transaction, tell, await changeOrders(transaction, [orderId], change), now);
}
