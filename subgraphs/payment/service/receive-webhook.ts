import { findPaymentByRef } from '../store/payment-store.ts';
import { decidePayment, settleDisputeOf } from './decide-payment.ts';
import type { PaymentDependencies } from './dependencies.ts';

/**
 * Takes what a provider sends. It says only where to look: webhooks come twice and out of order, so that what counts is
 * what the provider answers now. Those about nothing of ours are taken too, or they would be sent again for days.
 * @throws WebhookRefused, and what the provider throws: then it sends again
 */
export const receiveWebhook =
  (dependencies: PaymentDependencies) =>
  async (rawBody: Buffer, signature: string | undefined): Promise<void> => {
    const { database, provider } = dependencies;
    const hint = provider.readWebhook(rawBody, signature);
    if (hint.kind === 'intent') {
      const payment = await findPaymentByRef(database, provider.name, hint.ref);
      if (payment) await decidePayment(dependencies, payment);
    } else if (hint.kind === 'dispute') {
      const dispute = await provider.findDispute(hint.id);
      if (dispute) await settleDisputeOf(dependencies, dispute);
    }
  };
