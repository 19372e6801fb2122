import type { Queryable, Transaction } from '@tixgo/platform/database/database.ts';
import { and, eq, getTableColumns, inArray, sql } from 'drizzle-orm';
import type { RefundRecord } from '../domain/refund.ts';
import { refundMoves } from '../domain/refund-lifecycle.ts';
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

/** Undefined unless the provider has refused the refund that there is. */
export async function askAgain(
  transaction: Transaction,
  { paymentId, amount, reason }: Pick<RefundRecord, 'paymentId' | 'amount' | 'reason'>,
  lookAt: Date,
): Promise<RefundRecord | undefined> {
  const { from, to } = refundMoves.askAgain;
  const [asked] = await transaction
    .update(refunds)
    .set({ status: to, amount, reason, requests: sql`${refunds.requests} + 1`, attempts: 0, lookAt })
    .where(and(eq(refunds.paymentId, paymentId), eq(refunds.status, from)))
    .returning(refundColumns);
  return asked;
}

/** Undefined when it was closed before. */
export async function closeTakenRefund(
  transaction: Transaction,
  { id }: RefundRecord,
  providerRef: string,
): Promise<RefundRecord | undefined> {
  const { from, to } = refundMoves.take;
  const [closed] = await transaction
    .update(refunds)
    .set({ status: to, providerRef })
    .where(and(eq(refunds.id, id), eq(refunds.status, from)))
    .returning(refundColumns);
  return closed;
}

/** Undefined when it was closed before, and when it was asked for again since: the answer is to the request before. */
export async function closeRefusedRefund(
  transaction: Transaction,
  { id, requests }: RefundRecord,
): Promise<RefundRecord | undefined> {
  const { from, to } = refundMoves.refuse;
  const [closed] = await transaction
    .update(refunds)
    .set({ status: to })
    .where(and(eq(refunds.id, id), eq(refunds.status, from), eq(refunds.requests, requests)))
    .returning(refundColumns);
  return closed;
}
