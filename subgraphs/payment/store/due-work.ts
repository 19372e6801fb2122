import type { Queryable } from '@tixgo/platform/database/database.ts';
import { and, asc, eq, exists, inArray, lte, type SQL, sql } from 'drizzle-orm';
import type { PaymentRecord } from '../domain/payment.ts';
import { undecidedStatuses } from '../domain/payment-lifecycle.ts';
import type { RefundRecord } from '../domain/refund.ts';
import { paymentColumns } from './payment-store.ts';
import { refundColumns } from './refund-store.ts';
import { payments, refunds } from './tables.ts';

/** 1 s, 2 s, 4 s, up to a minute. */
const after = (now: Date, attempts: SQL) =>
  sql`${now.toISOString()}::timestamptz + least(power(2, least(${attempts}, 10)), 60) * interval '1 second'`;

/**
 * Takes payments that are due to be looked at; whoever takes one has it until it is due again, so that replicas share
 * the work and what a dead one took is taken again.
 */
export async function claimPayments(database: Queryable, now: Date, most: number): Promise<PaymentRecord[]> {
  const due = database
    .select({ id: payments.id })
    .from(payments)
    .where(and(inArray(payments.status, undecidedStatuses), lte(payments.lookAt, now)))
    .orderBy(asc(payments.lookAt))
    .limit(most)
    .for('update', { skipLocked: true });
  return await database
    .update(payments)
    .set({ lookAt: after(now, sql`${payments.looks}`), looks: sql`${payments.looks} + 1` })
    .where(inArray(payments.id, due))
    .returning(paymentColumns);
}

/** Those of disputed payments wait: while a dispute is open there is nothing to pay back. */
export async function claimRefunds(database: Queryable, now: Date, most: number): Promise<RefundRecord[]> {
  return await claimDueRefunds(database, now, most);
}

/** As above that of one payment. */
export async function claimRefundOf(
  database: Queryable,
  paymentId: string,
  now: Date,
): Promise<RefundRecord | undefined> {
  const [claimed] = await claimDueRefunds(database, now, 1, eq(refunds.paymentId, paymentId));
  return claimed;
}

async function claimDueRefunds(
  database: Queryable,
  now: Date,
  most: number,
  among?: SQL,
): Promise<RefundRecord[]> {
  const refundablePayment = database
    .select({ id: payments.id })
    .from(payments)
    .where(and(eq(payments.id, refunds.paymentId), eq(payments.status, 'SUCCEEDED')));
  const due = database
    .select({ id: refunds.id })
    .from(refunds)
    .where(and(eq(refunds.status, 'PENDING'), lte(refunds.lookAt, now), exists(refundablePayment), among))
    .orderBy(asc(refunds.lookAt))
    .limit(most)
    .for('update', { skipLocked: true });
  return await database
    .update(refunds)
    .set({ lookAt: after(now, sql`${refunds.attempts}`), attempts: sql`${refunds.attempts} + 1` })
    .where(inArray(refunds.id, due))
    .returning(refundColumns);
}

/** Makes an undecided payment due. */
export async function lookSoon(database: Queryable, paymentId: string, now: Date): Promise<void> {
  await database
    .update(payments)
    .set({ lookAt: now })
    .where(and(eq(payments.id, paymentId), inArray(payments.status, undecidedStatuses)));
}

/** Makes what waits for the payers of an order due. */
export async function lookSoonAtOrder(database: Queryable, orderId: string, now: Date): Promise<void> {
  await database
    .update(payments)
    .set({ lookAt: now })
    .where(and(eq(payments.orderId, orderId), eq(payments.status, 'REQUIRES_ACTION')));
}
