import type { NewFact } from '@tixgo/platform/facts/fact.ts';
import type { FactCatalogue } from '@tixgo/schema/facts/catalogue.ts';
import type { PaymentRecord } from '../domain/payment.ts';
import type { RefundRecord } from '../domain/refund.ts';

type PaymentFactType = Extract<keyof FactCatalogue, `payment.${string}`>;
type PaymentFact<Type extends PaymentFactType> = NewFact<Type, FactCatalogue[Type]>;

function paymentFact<Type extends PaymentFactType>(
  type: Type,
  payload: FactCatalogue[Type],
  at: Date,
): PaymentFact<Type> {
  return { type, version: 1, key: payload.orderId, occurredAt: at.toISOString(), payload };
}

export function paymentStarted({ orderId, id, createdAt }: PaymentRecord): PaymentFact<'payment.started'> {
  return paymentFact('payment.started', { orderId, paymentId: id, at: createdAt.toISOString() }, createdAt);
}

export function paymentSucceeded(payment: PaymentRecord): PaymentFact<'payment.succeeded'> {
  const { orderId, id, amount, updatedAt } = payment;
  return paymentFact('payment.succeeded', { orderId, paymentId: id, amount }, updatedAt);
}

export function paymentFailed({ orderId, id, updatedAt }: PaymentRecord): PaymentFact<'payment.failed'> {
  return paymentFact('payment.failed', { orderId, paymentId: id }, updatedAt);
}

export function paymentRefundStarted(
  { orderId, id }: PaymentRecord,
  { amount }: RefundRecord,
  at: Date,
): PaymentFact<'payment.refund-started'> {
  return paymentFact('payment.refund-started', { orderId, paymentId: id, amount }, at);
}

export function paymentRefundFailed(
  orderId: string,
  { paymentId }: RefundRecord,
  at: Date,
): PaymentFact<'payment.refund-failed'> {
  return paymentFact('payment.refund-failed', { orderId, paymentId }, at);
}

export function paymentRefunded(
  { orderId, id, updatedAt }: PaymentRecord,
  { amount }: RefundRecord,
): PaymentFact<'payment.refunded'> {
  return paymentFact('payment.refunded', { orderId, paymentId: id, amount }, updatedAt);
}

export function paymentDisputed(
  { orderId, id, updatedAt }: PaymentRecord,
  standing: 'LOST' | 'WON',
): PaymentFact<'payment.disputed'> {
  return paymentFact('payment.disputed', { orderId, paymentId: id, standing }, updatedAt);
}
