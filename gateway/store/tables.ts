import { moment } from '@tixgo/platform/database/moment-column.ts';
import { factTables } from '@tixgo/platform/facts/tables.ts';
import { requestCountTable } from '@tixgo/platform/http/rate-tables.ts';
import { pgSchema, text } from 'drizzle-orm/pg-core';

export const gatewaySchema = pgSchema('gateway');

/** What ended access: tokens of a subject issued before a moment are refused. */
export const endedAccess = gatewaySchema.table('ended_access', {
  /** `user:<id>` for all sessions of a person, `session:<id>` for one. */
  subject: text().primaryKey(),
  before: moment('before').notNull(),
  /** By the database's clock, which is one for all processes: when it was written down. */
  keptAt: moment('kept_at').notNull().defaultNow(),
});

export const { inbox } = factTables(gatewaySchema);

/** At the host's public door. */
export const requestCounts = requestCountTable(gatewaySchema);
