import { claimPayments, claimRefunds } from '../store/due-work.ts';
import { decidePayment, settleDisputeOf } from './decide-payment.ts';
import type { PaymentDependencies } from './dependencies.ts';
import { payBack } from './pay-back.ts';

const batchSize = 20;

/**
 * One round of what no request waits for: payments that a process left open, refunds that are due, disputes of a
 * provider without webhooks. What fails is due again later, by itself. Resolves to whether there is more at once.
 */
export const reconcile = (dependencies: PaymentDependencies) => async (): Promise<boolean> => {
  const { database, clock, provider } = dependencies;
  await provider.deliverDisputes?.((dispute) => settleDisputeOf(dependencies, dispute));
  const payments = await claimPayments(database, clock(), batchSize);
  await each(dependencies, payments, (payment) => decidePayment(dependencies, payment));
  const refunds = await claimRefunds(database, clock(), batchSize);
  await each(dependencies, refunds, (refund) => payBack(dependencies, refund));
  return payments.length === batchSize || refunds.length === batchSize;
};

/** One that fails must not hold up the others. */
async function each<Due extends { readonly id: string }>(
  { log }: PaymentDependencies,
  due: readonly Due[],
  work: (one: Due) => Promise<void>,
): Promise<void> {
  await Promise.all(
    due.map(async (one) => {
      try {
        await work(one);
      } catch (err) {
        log.warn({ err, id: one.id }, 'a payment or refund could not be finished; trying again');
      }
    }),
  );
}
