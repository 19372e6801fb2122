import type { FactCatalogue } from '@tixgo/schema/facts/catalogue.ts';
import { type CatalogueFact, newFact } from '@tixgo/schema/facts/new-fact.ts';
import type { PaymentRecord } from '../domain/payment.ts';
import type { RefundRecord } from '../domain/refund.ts';

type PaymentFactType = Extract<keyof FactCatalogue, `payment.${string}`>;

function paymentFact<Type extends PaymentFactType>(
  type: Type,
  payload: FactCatalogue[Type],
  at: Date,
): CatalogueFact<Type> {
  return newFact(type, payload.orderId, payload, at);
}

export function paymentStarted({ orderId, id, createdAt }: PaymentRecord): CatalogueFact<'payment.started'> {
  return paymentFact('payment.started', { orderId, paymentId: id, at: createdAt.toISOString() }, createdAt);
}

export function paymentSucceeded(payment: PaymentRecord): CatalogueFact<'payment.succeeded'> {
  const { orderId, id, amount, updatedAt } = payment;
  return paymentFact('payment.succeeded', { orderId, paymentId: id, amount }, updatedAt);
}

export function paymentFailed({ orderId, id, updatedAt }: PaymentRecord): CatalogueFact<'payment.failed'> {
  return paymentFact('payment.failed', { orderId, paymentId: id }, updatedAt);
}

export function paymentRefundRequested(
  { orderId, id, amount }: PaymentRecord,
  at: Date,
): CatalogueFact<'payment.refund-requested'> {
  return paymentFact('payment.refund-requested', { orderId, paymentId: id, amount }, at);
}

export function paymentRefundFailed(
  orderId: string,
  { paymentId }: RefundRecord,
  at: Date,
): CatalogueFact<'payment.refund-failed'> {
  return paymentFact('payment.refund-failed', { orderId, paymentId }, at);
}

export function paymentRefunded(
  { orderId, id, updatedAt }: PaymentRecord,
  { amount }: RefundRecord,
): CatalogueFact<'payment.refunded'> {
  return paymentFact('payment.refunded', { orderId, paymentId: id, amount }, updatedAt);
}

export function paymentDisputed(
  { orderId, id, updatedAt }: PaymentRecord,
  standing: 'LOST' | 'WON',
): CatalogueFact<'payment.disputed'> {
  return paymentFact('payment.disputed', { orderId, paymentId: id, standing }, updatedAt);
}
