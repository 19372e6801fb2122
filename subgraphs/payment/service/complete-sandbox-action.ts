import { conflict, notFound } from '@tixgo/platform/errors.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import type { PaymentRecord } from '../domain/payment.ts';
import { findPaymentByClientSecret } from '../store/payment-store.ts';
import { decidePayment } from './decide-payment.ts';
import type { PaymentDependencies } from './dependencies.ts';
import { getPayment } from './get-payment.ts';

const clientSecretShape = /^[\x21-\x7e]{1,255}$/;

/** @throws NOT_FOUND, also for another's; CONFLICT with a provider that has banks, and when nothing is to be done */
export const completeSandboxAction =
  (dependencies: PaymentDependencies) =>
  async (viewer: UserViewer, clientSecret: string, authenticate: boolean): Promise<PaymentRecord> => {
    const { database, provider } = dependencies;
    if (!provider.completeAction) throw conflict('Payers authenticate with their bank here, not with us.');
    const payment = clientSecretShape.test(clientSecret)
      ? await findPaymentByClientSecret(database, clientSecret)
      : undefined;
    if (payment?.payerId !== viewer.id || payment.providerRef === null) throw notFound('payment');
    if (payment.status !== 'REQUIRES_ACTION') throw conflict('This payment does not wait for its payer.');
    await provider.completeAction(payment.providerRef, authenticate);
    await decidePayment(dependencies, payment);
    return await getPayment(dependencies, payment.id);
  };
