import type { Ed25519Jwk } from '@tixgo/platform/compact-jws.ts';
import { moment } from '@tixgo/platform/database/moment-column.ts';
import { factTables } from '@tixgo/platform/facts/tables.ts';
import { idempotencyTable } from '@tixgo/platform/idempotency/tables.ts';
import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgSchema,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { listingStatuses } from '../domain/listing.ts';
import { orderStatuses } from '../domain/order.ts';
import { payoutStatuses } from '../domain/payout.ts';
import { ticketStatuses } from '../domain/ticket.ts';

export const ticketSchema = pgSchema('ticket');

/** What is known of events: a read model of facts. */
export const saleEvents = ticketSchema.table(
  'sale_event',
  {
    id: text().primaryKey(),
    status: text({ enum: ['DRAFT', 'PUBLISHED', 'CANCELED'] }).notNull(),
    capacity: integer(),
    gates: text().array().notNull(),
    endsAt: moment('ends_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
    deleted: boolean().notNull().default(false),
    hasSales: boolean('has_sales').notNull().default(false),
    /** Of a canceled event: since when nothing of it is left to be called off. */
    unwoundAt: moment('unwound_at'),
  },
  (table) => [
    index('sale_event_to_unwind').on(table.id).where(sql`status = 'CANCELED' and unwound_at is null`),
  ],
);

export const ticketTypes = ticketSchema.table(
  'ticket_type',
  {
    id: uuid().primaryKey(),
    eventId: text('event_id').notNull(),
    name: text().notNull(),
    description: text(),
    price: integer().notNull(),
    currency: text().notNull(),
    capacity: integer().notNull(),
    salesStart: moment('sales_start'),
    salesEnd: moment('sales_end'),
    maxPerOrder: integer('max_per_order').notNull(),
    validFrom: moment('valid_from'),
    validUntil: moment('valid_until'),
    gates: text().array(),
    sold: integer().notNull().default(0),
    reserved: integer().notNull().default(0),
    revenue: bigint({ mode: 'number' }).notNull().default(0),
  },
  (table) => [
    index('ticket_type_event').on(table.eventId, table.id),
    check(
      'ticket_type_stock',
      sql`${table.sold} >= 0 and ${table.reserved} >= 0 and ${table.sold} + ${table.reserved} <= ${table.capacity}`,
    ),
  ],
);

export const orders = ticketSchema.table(
  'order',
  {
    id: uuid().primaryKey(),
    eventId: text('event_id').notNull(),
    buyerId: uuid('buyer_id').notNull(),
    status: text({ enum: orderStatuses }).notNull(),
    total: integer().notNull(),
    currency: text().notNull(),
    expiresAt: moment('expires_at').notNull(),
    heldUntil: moment('held_until').notNull(),
    payingId: uuid('paying_id'),
    paidById: uuid('paid_by_id'),
    listingId: uuid('listing_id'),
    refundAsked: boolean('refund_asked').notNull().default(false),
    disputed: boolean().notNull().default(false),
    refunding: boolean().notNull().default(false),
    unpaid: boolean().notNull().default(false),
    version: integer().notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    index('order_pending').on(table.heldUntil).where(sql`status = 'PENDING'`),
    index('order_event').on(table.eventId, table.id),
    index('order_buyer').on(table.buyerId, table.id),
  ],
);

export const orderLines = ticketSchema.table(
  'order_line',
  {
    orderId: uuid('order_id').notNull(),
    typeId: uuid('type_id').notNull(),
    quantity: integer().notNull(),
    price: integer().notNull(),
    currency: text().notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.orderId, table.typeId] }),
    index('order_line_type').on(table.typeId),
    check('order_line_quantity', sql`${table.quantity} > 0`),
  ],
);

export const tickets = ticketSchema.table(
  'ticket',
  {
    id: uuid().primaryKey(),
    typeId: uuid('type_id').notNull(),
    eventId: text('event_id').notNull(),
    orderId: uuid('order_id').notNull(),
    holderId: uuid('holder_id').notNull(),
    status: text({ enum: ticketStatuses }).notNull(),
    faceValue: integer('face_value').notNull(),
    currency: text().notNull(),
    codeNumber: integer('code_number').notNull(),
    blockedReason: text('blocked_reason'),
    disputed: boolean().notNull().default(false),
    admitted: boolean().notNull().default(false),
    restocked: boolean().notNull().default(false),
    version: integer().notNull(),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [index('ticket_holder').on(table.holderId, table.id), index('ticket_type_id').on(table.typeId)],
);

/** What each order bought: a ticket stands once for every time that it was sold. */
export const purchases = ticketSchema.table(
  'purchase',
  {
    orderId: uuid('order_id').notNull(),
    ticketId: uuid('ticket_id').notNull(),
    price: integer().notNull(),
    /** What the buyer got for selling it on; it is not paid back to them as well. */
    payoutId: uuid('payout_id'),
  },
  (table) => [
    primaryKey({ columns: [table.orderId, table.ticketId] }),
    index('purchase_ticket').on(table.ticketId),
  ],
);

export const ticketChanges = ['ISSUED', 'TRANSFERRED', 'RESOLD', 'VOIDED', 'BLOCKED', 'UNBLOCKED'] as const;

/** The log of tickets. Rows are added and never changed. */
export const ticketLog = ticketSchema.table(
  'ticket_log',
  {
    id: uuid().primaryKey(),
    ticketId: uuid('ticket_id').notNull(),
    change: text({ enum: ticketChanges }).notNull(),
    /** Who did it; null: the system. */
    byId: uuid('by_id'),
    holderId: uuid('holder_id').notNull(),
    note: text(),
    at: moment('at').notNull(),
  },
  (table) => [index('ticket_log_ticket').on(table.ticketId, table.id)],
);

export const listings = ticketSchema.table(
  'listing',
  {
    id: uuid().primaryKey(),
    ticketId: uuid('ticket_id').notNull(),
    typeId: uuid('type_id').notNull(),
    eventId: text('event_id').notNull(),
    sellerId: uuid('seller_id').notNull(),
    price: integer().notNull(),
    currency: text().notNull(),
    status: text({ enum: listingStatuses }).notNull(),
    orderId: uuid('order_id'),
    createdAt: moment('created_at').notNull(),
  },
  (table) => [
    uniqueIndex('listing_once').on(table.ticketId).where(sql`status in ('OPEN', 'RESERVED')`),
    index('listing_event')
      .on(table.eventId, table.price, table.id)
      .where(sql`status in ('OPEN', 'RESERVED')`),
  ],
);

export const payouts = ticketSchema.table(
  'payout',
  {
    id: uuid().primaryKey(),
    listingId: uuid('listing_id').notNull(),
    sellerId: uuid('seller_id').notNull(),
    amount: integer().notNull(),
    currency: text().notNull(),
    status: text({ enum: payoutStatuses }).notNull(),
    createdAt: moment('created_at').notNull(),
    settledAt: moment('settled_at'),
  },
  (table) => [
    uniqueIndex('payout_listing').on(table.listingId),
    index('payout_seller').on(table.sellerId, table.id),
  ],
);

/** Keys whose public half others have been told, whichever replica signs with them. */
export const signingKeys = ticketSchema.table('signing_key', {
  kid: text().primaryKey(),
  toldAt: moment('told_at').notNull(),
  /** Null: told by a version that did not keep it, until a replica has the key that does. */
  jwk: jsonb().$type<Ed25519Jwk>(),
});

export const idempotencyKeys = idempotencyTable(ticketSchema);

export const { outbox, relayLease, inbox } = factTables(ticketSchema);
