import type { Transaction } from '@tixgo/platform/database/database.ts';
import type { OrderChanged } from '@tixgo/schema/facts/ticket.ts';
import { endedOrderStatuses } from '../domain/payable-order.ts';
import { lookSoonAtOrder } from '../store/due-work.ts';
import { keepOrder } from '../store/order-store.ts';

/** Keeps an order; the payer of one that is over need not go on with their bank. */
export async function noteOrder(transaction: Transaction, order: OrderChanged, now: Date): Promise<void> {
  const { orderId, eventId, buyerId, status, total, refundable, version } = order;
  const expiresAt = new Date(order.expiresAt);
  await keepOrder(transaction, {
    orderId,
    eventId,
    buyerId,
    status,
    ...total,
    refundable,
    expiresAt,
    version,
  });
  if (endedOrderStatuses.some((ended) => ended === status)) await lookSoonAtOrder(transaction, orderId, now);
}
