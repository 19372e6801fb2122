import { endedOrderStatuses, type PayableOrder } from '../domain/payable-order.ts';
import type { PaymentRecord } from '../domain/payment.ts';
import { isUndecided } from '../domain/payment-lifecycle.ts';
import { findOrder } from '../store/order-store.ts';
import { findPaymentByRef } from '../store/payment-store.ts';
import type { PaymentDependencies } from './dependencies.ts';
import type { Dispute, IntentState } from './provider/payment-provider.ts';
import { failPayment, settleDispute, settlePayment } from './settle-payment.ts';

/** A dispute may be told of before the charge is: then the charge is settled first. */
export async function settleDisputeOf(dependencies: PaymentDependencies, dispute: Dispute): Promise<void> {
  const { database, provider } = dependencies;
  const payment = await findPaymentByRef(database, provider.name, dispute.ref);
  if (!payment) return;
  if (isUndecided(payment)) await decidePayment(dependencies, payment);
  await settleDispute(dependencies, payment, dispute);
}

/** Brings a payment to where its intent is, and gives up intents that nobody will go on with. */
export async function decidePayment(
  dependencies: PaymentDependencies,
  payment: PaymentRecord,
): Promise<void> {
  const { database, provider } = dependencies;
  const { id, providerRef } = payment;
  if (providerRef === null) {
    await failPayment(dependencies, id, 'abandoned', { unopened: true });
    return;
  }
  const state = await provider.find(providerRef);
  const reason = reasonToGiveUp(payment, state, await findOrder(database, payment.orderId));
  if (reason === undefined) {
    await settlePayment(dependencies, id, state);
    return;
  }
  await provider.cancel(providerRef);
  await failPayment(dependencies, id, reason);
}

/** Undefined: it is not given up. */
function reasonToGiveUp(
  { status }: PaymentRecord,
  state: IntentState,
  order: PayableOrder | undefined,
): string | undefined {
  if (state.kind === 'unconfirmed') return 'abandoned';
  const isOver = endedOrderStatuses.some((ended) => ended === order?.status);
  if (state.kind === 'requires-action' && isOver) return 'order_expired';
  // The payer has the client secret, and could confirm the intent again with another card.
  if (state.kind === 'declined' && status === 'REQUIRES_ACTION') return state.reason;
  return undefined;
}
