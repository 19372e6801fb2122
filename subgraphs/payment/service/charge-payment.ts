import type { PaymentRecord } from '../domain/payment.ts';
import { lookSoon } from '../store/due-work.ts';
import { keepIntent } from '../store/payment-store.ts';
import type { PaymentDependencies } from './dependencies.ts';
import { settlePayment } from './settle-payment.ts';

/** Opens and confirms a payment that has begun. Never rejects: what is left open the reconciler finishes. */
export async function chargePayment(
  dependencies: PaymentDependencies,
  payment: PaymentRecord,
): Promise<void> {
  const { log } = dependencies;
  try {
    await openAndConfirm(dependencies, payment);
  } catch (err) {
    log.warn({ err, paymentId: payment.id }, 'a payment was left open; it is looked after');
    await leaveToReconciler(dependencies, payment.id);
  }
}

async function openAndConfirm(dependencies: PaymentDependencies, payment: PaymentRecord): Promise<void> {
  const { database, provider, clock } = dependencies;
  const { id, orderId, amount, currency, paymentMethod } = payment;
  const intent = await provider.open({
    paymentId: id,
    orderId,
    amount,
    currency,
    idempotencyKey: `open-${id}`,
  });
  if (!(await keepIntent(database, id, intent, clock()))) {
    await provider.cancel(intent.ref);
    return;
  }
  const outcome = await provider.confirm(intent.ref, paymentMethod, `confirm-${id}`);
  await settlePayment(dependencies, id, outcome);
}

async function leaveToReconciler({ database, clock, log }: PaymentDependencies, id: string): Promise<void> {
  try {
    await lookSoon(database, id, clock());
  } catch (err) {
    log.warn({ err, paymentId: id }, 'a payment is looked after later');
  }
}
