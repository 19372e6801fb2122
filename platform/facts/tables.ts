import { sql } from 'drizzle-orm';
import { bigint, index, integer, jsonb, type PgSchema, text, timestamp, uuid } from 'drizzle-orm/pg-core';

/** The outbox and inbox of one service, for its own schema. */
export function factTables(schema: PgSchema) {
  return {
    outbox: schema.table(
      'outbox',
      {
        id: uuid().primaryKey(),
        sequence: bigint({ mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
        type: text().notNull(),
        version: integer().notNull(),
        key: text().notNull(),
        payload: jsonb().notNull(),
        occurredAt: timestamp('occurred_at', { withTimezone: true, precision: 3 }).notNull(),
        publishedAt: timestamp('published_at', { withTimezone: true, precision: 3 }),
      },
      (table) => [
        index('outbox_unpublished').on(table.sequence).where(sql`published_at is null`),
        index('outbox_published').on(table.publishedAt).where(sql`published_at is not null`),
      ],
    ),
    /** Whose turn it is among the relays of several processes on one outbox: one row. */
    relayLease: schema.table('relay_lease', {
      name: text().primaryKey(),
      /** The relay that publishes just now, or did last. */
      holder: uuid().notNull(),
      /** By the database's clock. */
      until: timestamp({ withTimezone: true }).notNull(),
      /** The run of a broker that was given all that is published. */
      brokerRun: text('broker_run'),
    }),
    inbox: schema.table('inbox', {
      factId: uuid('fact_id').primaryKey(),
      receivedAt: timestamp('received_at', { withTimezone: true, precision: 3 }).notNull(),
    }),
  };
}

export type FactTables = ReturnType<typeof factTables>;
