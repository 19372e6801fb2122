import type { Queryable, Transaction } from '@tixgo/platform/database/database.ts';
import { and, eq, getTableColumns, inArray } from 'drizzle-orm';
import type { RefundRecord } from '../domain/refund.ts';
import { refunds } from './tables.ts';

const { lookAt: _lookAt, ...columns } = getTableColumns(refunds);

export const refundColumns = columns;

export async function findRefundsOf(
  database: Queryable,
  paymentIds: readonly string[],
): Promise<RefundRecord[]> {
  return await database
    .select(refundColumns)
    .from(refunds)
    .where(inArray(refunds.paymentId, [...paymentIds]));
}

/** Undefined when there is a refund of the payment already. */
export async function insertRefund(
  transaction: Transaction,
  refund: RefundRecord,
  lookAt: Date,
): Promise<RefundRecord | undefined> {
  const [inserted] = await transaction
    .insert(refunds)
    .values({ ...refund, lookAt })
    .onConflictDoNothing({ target: refunds.paymentId })
    .returning(refundColumns);
  return inserted;
}

/** Undefined when it was closed before. */
export async function closeRefund(
  transaction: Transaction,
  id: string,
  result: Pick<RefundRecord, 'status' | 'providerRef'>,
): Promise<RefundRecord | undefined> {
  const [closed] = await transaction
    .update(refunds)
    .set(result)
    .where(and(eq(refunds.id, id), eq(refunds.status, 'PENDING')))
    .returning(refundColumns);
  return closed;
}
