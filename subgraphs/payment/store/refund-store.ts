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

/** What is asked for, or due. */
export interface RefundClaim extends Pick<RefundRecord, 'paymentId' | 'amount' | 'cause' | 'reason'> {
  /** When the reconciler may ask the provider. */
  readonly lookAt: Date;
}

/** Undefined when there is a refund of the payment already. */
export async function insertRefund(
  transaction: Transaction,
  refund: RefundClaim & Pick<RefundRecord, 'id' | 'currency' | 'status' | 'createdAt'>,
): Promise<RefundRecord | undefined> {
  const [inserted] = await transaction
    .insert(refunds)
    .values(refund)
    .onConflictDoNothing({ target: refunds.paymentId })
    .returning(refundColumns);
  return inserted;
}

/** Undefined unless there is a refund that came to nothing. */
export async function askAgain(
  transaction: Transaction,
  { paymentId, ...claim }: RefundClaim,
): Promise<RefundRecord | undefined> {
  const { from, to } = refundMoves.askAgain;
  const [asked] = await transaction
    .update(refunds)
    .set({ ...claim, status: to, requests: sql`${refunds.requests} + 1`, attempts: 0 })
    .where(and(eq(refunds.paymentId, paymentId), inArray(refunds.status, from)))
    .returning(refundColumns);
  return asked;
}

/** The provider may be asked for it. Who has asked for it has said why. Undefined unless there is one to ask for. */
export async function letRefundFallDue(
  transaction: Transaction,
  { paymentId, reason, ...claim }: RefundClaim,
): Promise<RefundRecord | undefined> {
  const { from, to } = refundMoves.fallDue;
  const isAskedFor = sql`${refunds.status} = 'REQUESTED'`;
  const [due] = await transaction
    .update(refunds)
    .set({
      ...claim,
      status: to,
      reason: sql`case when ${isAskedFor} then ${refunds.reason} else ${reason} end`,
      requests: sql`case when ${isAskedFor} then ${refunds.requests} else ${refunds.requests} + 1 end`,
      attempts: 0,
    })
    .where(and(eq(refunds.paymentId, paymentId), inArray(refunds.status, from)))
    .returning(refundColumns);
  return due;
}

/** Changes nothing unless it waits for an answer. */
export async function declineRefund(transaction: Transaction, paymentId: string): Promise<void> {
  const { from, to } = refundMoves.decline;
  await transaction
    .update(refunds)
    .set({ status: to })
    .where(and(eq(refunds.paymentId, paymentId), inArray(refunds.status, from)));
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
    .where(and(eq(refunds.id, id), inArray(refunds.status, from)))
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
    .where(and(eq(refunds.id, id), inArray(refunds.status, from), eq(refunds.requests, requests)))
    .returning(refundColumns);
  return closed;
}
