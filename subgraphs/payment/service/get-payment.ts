import { notFound } from '@tixgo/platform/errors.ts';
import { assertUuid } from '@tixgo/platform/ids.ts';
import type { PaymentRecord } from '../domain/payment.ts';
import { findPayments } from '../store/payment-store.ts';
import type { PaymentDependencies } from './dependencies.ts';

/** @throws NOT_FOUND */
export async function getPayment(
  { database }: Pick<PaymentDependencies, 'database'>,
  id: string,
): Promise<PaymentRecord> {
  assertUuid(id, 'payment');
  const [payment] = await findPayments(database, [id]);
  if (!payment) throw notFound('payment');
  return payment;
}
