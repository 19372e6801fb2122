import { moment } from '@tixgo/platform/database/moment-column.ts';
import { factTables } from '@tixgo/platform/facts/tables.ts';
import { idempotencyTable } from '@tixgo/platform/idempotency/tables.ts';
import { sql } from 'drizzle-orm';
import { check, index, integer, pgSchema, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core';
import { orderStatuses } from '../domain/payable-order.ts';
import { paymentStatuses } from '../domain/payment.ts';
import { refundCauses, refundStatuses } from '../domain/refund.ts';

export const paymentSchema = pgSchema('payment');

/** Orders as the ticket service tells of them. */
export const payableOrders = paymentSchema.table('payable_order', {
  orderId: uuid('order_id').primaryKey(),
  eventId: text('event_id').notNull(),
  buyerId: uuid('buyer_id').notNull(),
  status: text({ enum: orderStatuses }).notNull(),
  amount: integer().notNull(),
  currency: text().notNull(),
  refundable: integer().notNull(),
  expiresAt: moment('expires_at').notNull(),
  version: integer().notNull(),
});

export const payments = paymentSchema.table(
  'payment',
  {
    id: uuid().primaryKey(),
    orderId: uuid('order_id').notNull(),
    payerId: uuid('payer_id').notNull(),
    amount: integer().notNull(),
    currency: text().notNull(),
    status: text({ enum: paymentStatuses }).notNull(),
    provider: text().notNull(),
    providerRef: text('provider_ref').unique('payment_provider_ref'),
    paymentMethod: text('payment_method').notNull(),
    clientSecret: text('client_secret'),
    failureReason: text('failure_reason'),
    idempotencyKey: text('idempotency_key').notNull(),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
    /** When the reconciler looks next; whoever moves it on has the payment until then. */
    lookAt: moment('look_at').notNull(),
    looks: integer().notNull().default(0),
  },
  (table) => [
    check('payment_amount_positive', sql`${table.amount} > 0`),
    uniqueIndex('payment_one_of_order')
      .on(table.orderId)
      .where(sql`status in ('PROCESSING', 'REQUIRES_ACTION', 'SUCCEEDED', 'DISPUTED')`),
    index('payment_order').on(table.orderId, table.id),
    index('payment_payer').on(table.payerId, table.id),
    index('payment_client_secret').on(table.clientSecret),
    index('payment_undecided').on(table.lookAt).where(sql`status in ('PROCESSING', 'REQUIRES_ACTION')`),
  ],
);

export const refunds = paymentSchema.table(
  'refund',
  {
    id: uuid().primaryKey(),
    paymentId: uuid('payment_id')
      .notNull()
      .unique('refund_once')
      .references(() => payments.id),
    amount: integer().notNull(),
    currency: text().notNull(),
    reason: text().notNull(),
    cause: text({ enum: refundCauses }).notNull(),
    status: text({ enum: refundStatuses }).notNull(),
    providerRef: text('provider_ref'),
    requests: integer().notNull().default(1),
    attempts: integer().notNull().default(0),
    createdAt: moment('created_at').notNull(),
    lookAt: moment('look_at').notNull(),
  },
  (table) => [
    check('refund_amount_positive', sql`${table.amount} > 0`),
    index('refund_pending').on(table.lookAt).where(sql`status = 'PENDING'`),
  ],
);

export const sandboxStates = ['UNCONFIRMED', 'REQUIRES_ACTION', 'CHARGED', 'DECLINED', 'CANCELED'] as const;

/** The sandbox's own ledger: what Stripe would know. Nothing but service/provider/sandbox-provider.ts reads it. */
export const sandboxIntents = paymentSchema.table(
  'sandbox_intent',
  {
    ref: text().primaryKey(),
    amount: integer().notNull(),
    currency: text().notNull(),
    clientSecret: text('client_secret').notNull(),
    state: text({ enum: sandboxStates }).notNull(),
    paymentMethod: text('payment_method'),
    declineReason: text('decline_reason'),
    /** Until then the provider calls it processing. */
    decidedAt: moment('decided_at'),
    charged: integer().notNull().default(0),
    refunded: integer().notNull().default(0),
    /** `DUE`: the payer's bank took the money back, which was not told yet. */
    dispute: text({ enum: ['DUE', 'TOLD'] }),
  },
  (table) => [
    check('sandbox_intent_refunded_bounded', sql`${table.refunded} <= ${table.charged}`),
    index('sandbox_intent_dispute').on(table.ref).where(sql`dispute = 'DUE'`),
  ],
);

export const sandboxRefunds = paymentSchema.table('sandbox_refund', {
  idempotencyKey: text('idempotency_key').primaryKey(),
  ref: text().notNull(),
  amount: integer().notNull(),
});

export const { outbox, relayLease, inbox } = factTables(paymentSchema);
export const answers = idempotencyTable(paymentSchema);
