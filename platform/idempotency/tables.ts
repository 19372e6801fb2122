import { index, jsonb, type PgSchema, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { moment } from '../database/moment-column.ts';

/** What one service answered to requests that carried a key, in its own schema. */
export function idempotencyTable(schema: PgSchema) {
  return schema.table(
    'idempotency_key',
    {
      viewerId: uuid('viewer_id').notNull(),
      operation: text().notNull(),
      key: text().notNull(),
      /** Of the input: the same key with another input is a mistake of the caller. */
      fingerprint: text().notNull(),
      answer: jsonb().notNull(),
      createdAt: moment('created_at').notNull(),
    },
    (table) => [
      primaryKey({ name: 'idempotency_key_pkey', columns: [table.viewerId, table.operation, table.key] }),
      index('idempotency_key_created_at').on(table.createdAt),
    ],
  );
}

export type IdempotencyTable = ReturnType<typeof idempotencyTable>;
