import type { Transaction } from '@tixgo/platform/database/database.ts';
import type { NewFact } from '@tixgo/platform/facts/fact.ts';
import type { OrderChanged, OrderRefundDue } from '@tixgo/schema/facts/ticket.ts';
import { endedOrderStatuses } from '../domain/payable-order.ts';
import { systemReason } from '../domain/refund.ts';
import { lookSoonAtOrder } from '../store/due-work.ts';
import { keepOrder } from '../store/order-store.ts';
import { findPaymentsOfOrders } from '../store/payment-store.ts';
import { requestRefund } from './request-refund.ts';

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

/** Writes down what is to go back; the reconciler asks the provider. */
export async function noteRefundDue(
  transaction: Transaction,
  tell: (fact: NewFact) => void,
  { orderId, paymentId, amount, cause }: OrderRefundDue,
  now: Date,
): Promise<void> {
  const payments = await findPaymentsOfOrders(transaction, [orderId]);
  const paid = payments.find(
    ({ id, status }) =>
      (status === 'SUCCEEDED' || status === 'DISPUTED') && (paymentId === undefined || id === paymentId),
  );
  if (!paid) return;
  await requestRefund(transaction, tell, paid, { amount, cause, reason: systemReason(cause), now });
}
