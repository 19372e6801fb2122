import type { Queryable } from '@tixgo/platform/database/database.ts';
import type { IdKey, Page } from '@tixgo/platform/graphql/connection.ts';
import { and, desc, eq, lt, type SQL } from 'drizzle-orm';
import type { PaymentRecord, PaymentStatus } from '../domain/payment.ts';
import { paymentColumns } from './payment-store.ts';
import { payments } from './tables.ts';

export interface PaymentListFilter {
  readonly status: PaymentStatus | null;
  readonly orderId: string | null;
}

/** The payment's id, which sorts by time. */

/** Newest first; one row more than the page, when there is one. */
export async function listPayments(
  database: Queryable,
  page: Page<IdKey>,
  { status, orderId }: PaymentListFilter,
): Promise<PaymentRecord[]> {
  return await listWhere(database, page, [
    status === null ? undefined : eq(payments.status, status),
    orderId === null ? undefined : eq(payments.orderId, orderId),
  ]);
}

/** Newest first. */
export async function listPaymentsOf(
  database: Queryable,
  page: Page<IdKey>,
  payerId: string,
): Promise<PaymentRecord[]> {
  return await listWhere(database, page, [eq(payments.payerId, payerId)]);
}

async function listWhere(
  database: Queryable,
  { first, after }: Page<IdKey>,
  conditions: readonly (SQL | undefined)[],
): Promise<PaymentRecord[]> {
  return await database
    .select(paymentColumns)
    .from(payments)
    .where(and(after && lt(payments.id, after[0]), ...conditions))
    .orderBy(desc(payments.id))
    .limit(first + 1);
}
