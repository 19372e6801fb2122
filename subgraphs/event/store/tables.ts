import { moment } from '@tixgo/platform/database/moment-column.ts';
import { factTables } from '@tixgo/platform/facts/tables.ts';
import { sql } from 'drizzle-orm';
import { boolean, check, index, integer, jsonb, pgSchema, text, uuid } from 'drizzle-orm/pg-core';
import { admissions, entryPolicies, eventStatuses, type Venue } from '../domain/event.ts';

export const eventSchema = pgSchema('event');

export const events = eventSchema.table(
  'event',
  {
    id: text().primaryKey(),
    name: text().notNull(),
    description: text(),
    venue: jsonb().$type<Venue>(),
    /** Name, venue's name and city as lists compare them: domain/case-key.ts. */
    nameKey: text('name_key').notNull(),
    venueKey: text('venue_key'),
    cityKey: text('city_key'),
    startsAt: moment('starts_at').notNull(),
    endsAt: moment('ends_at').notNull(),
    timezone: text().notNull(),
    capacity: integer(),
    status: text({ enum: eventStatuses }).notNull(),
    admission: text({ enum: admissions }).notNull(),
    entryPolicy: text('entry_policy', { enum: entryPolicies }).notNull(),
    gates: text().array().notNull(),
    organizerId: uuid('organizer_id'),
    cancelReason: text('cancel_reason'),
    /** A fact from the door: somebody was admitted, so that deleting would leave records of nothing. */
    hasAdmissions: boolean('has_admissions').notNull().default(false),
    /** A fact from the sale: somebody ordered tickets, which deleting would leave without an event. */
    hasSales: boolean('has_sales').notNull().default(false),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
    /** A tombstone: the id is not given again. */
    deletedAt: moment('deleted_at'),
  },
  (table) => [
    check('event_ends_after_start', sql`${table.endsAt} > ${table.startsAt}`),
    check('event_capacity_positive', sql`${table.capacity} > 0`),
    index('event_starts_at').on(table.startsAt, table.id).where(sql`deleted_at is null`),
    index('event_created_at').on(table.createdAt, table.id).where(sql`deleted_at is null`),
    index('event_organizer').on(table.organizerId, table.createdAt, table.id).where(sql`deleted_at is null`),
  ],
);

export const { outbox, relayLease, inbox } = factTables(eventSchema);
