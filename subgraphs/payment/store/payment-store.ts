import type { Queryable, Transaction } from '@tixgo/platform/database/database.ts';
import { and, asc, eq, getTableColumns, inArray, isNull, sql } from 'drizzle-orm';
import type { PaymentRecord } from '../domain/payment.ts';
import { claimingStatuses, type PaymentMove, sourcesOf, targetOf } from '../domain/payment-lifecycle.ts';
import { payments } from './tables.ts';

const { lookAt: _lookAt, looks: _looks, ...columns } = getTableColumns(payments);

/** What a select of a payment reads; when it is looked at stays in the store. */
export const paymentColumns = columns;

export async function findPayments(database: Queryable, ids: readonly string[]): Promise<PaymentRecord[]> {
  return await database
    .select(paymentColumns)
    .from(payments)
    .where(inArray(payments.id, [...ids]));
}

/** Of these orders, oldest first. */
export async function findPaymentsOfOrders(
  database: Queryable,
  orderIds: readonly string[],
): Promise<PaymentRecord[]> {
  return await database
    .select(paymentColumns)
    .from(payments)
    .where(inArray(payments.orderId, [...orderIds]))
    .orderBy(asc(payments.id));
}

export async function findPaymentByRef(
  database: Queryable,
  provider: string,
  ref: string,
): Promise<PaymentRecord | undefined> {
  const [payment] = await database
    .select(paymentColumns)
    .from(payments)
    .where(and(eq(payments.provider, provider), eq(payments.providerRef, ref)));
  return payment;
}

export async function findPaymentByClientSecret(
  database: Queryable,
  clientSecret: string,
): Promise<PaymentRecord | undefined> {
  const [payment] = await database
    .select(paymentColumns)
    .from(payments)
    .where(eq(payments.clientSecret, clientSecret));
  return payment;
}

/** Undefined while another payment of the order is under way or has paid it; waits for one that is just beginning. */
export async function insertPayment(
  transaction: Transaction,
  payment: PaymentRecord,
  lookAt: Date,
): Promise<PaymentRecord | undefined> {
  const [inserted] = await transaction
    .insert(payments)
    .values({ ...payment, lookAt })
    .onConflictDoNothing({
      target: payments.orderId,
      where: sql`status in (${sql.raw(claimingStatuses.map((status) => `'${status}'`).join(', '))})`,
    })
    .returning(paymentColumns);
  return inserted;
}

/** Undefined when the payment was given up meanwhile: nothing may be charged then. */
export async function keepIntent(
  database: Queryable,
  id: string,
  intent: { readonly ref: string; readonly clientSecret: string | null },
  now: Date,
): Promise<PaymentRecord | undefined> {
  const [kept] = await database
    .update(payments)
    .set({ providerRef: intent.ref, clientSecret: intent.clientSecret, updatedAt: now })
    .where(and(eq(payments.id, id), eq(payments.status, 'PROCESSING'), isNull(payments.providerRef)))
    .returning(paymentColumns);
  return kept;
}

export interface StatusMove {
  readonly id: string;
  readonly move: PaymentMove;
  readonly failureReason?: string;
  /** Only a payment that the provider has not heard of. */
  readonly unopened?: boolean;
  /** When the reconciler looks again, where the move leaves something to decide. */
  readonly lookAt?: Date;
  readonly now: Date;
}

/** Decided by the update itself: of two at once one moves the status. Undefined when the status did not allow it. */
export async function movePayment(
  transaction: Transaction,
  { id, move, failureReason, unopened = false, lookAt, now }: StatusMove,
): Promise<PaymentRecord | undefined> {
  const [moved] = await transaction
    .update(payments)
    .set({
      status: targetOf(move),
      updatedAt: now,
      ...(failureReason !== undefined && { failureReason }),
      ...(lookAt && { lookAt, looks: 0 }),
    })
    .where(
      and(
        eq(payments.id, id),
        inArray(payments.status, sourcesOf(move)),
        unopened ? isNull(payments.providerRef) : undefined,
      ),
    )
    .returning(paymentColumns);
  return moved;
}
