import { integer, type PgSchema, primaryKey, text } from 'drizzle-orm/pg-core';
import { moment } from '../database/moment-column.ts';

/** How many requests each caller made in a minute, at all processes of a listener together; for its service's schema. */
export function requestCountTable(schema: PgSchema) {
  return schema.table(
    'request_count',
    {
      minute: moment('minute').notNull(),
      caller: text().notNull(),
      count: integer().notNull(),
    },
    (table) => [primaryKey({ columns: [table.minute, table.caller] })],
  );
}

export type RequestCountTable = ReturnType<typeof requestCountTable>;
