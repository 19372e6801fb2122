import type { Ed25519Jwk } from '@tixgo/platform/compact-jws.ts';
import { moment } from '@tixgo/platform/database/moment-column.ts';
import { factTables } from '@tixgo/platform/facts/tables.ts';
import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  date,
  index,
  integer,
  jsonb,
  pgSchema,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { type EntryPolicy, refusalReasons, scanDirections } from '../domain/door.ts';
import { ticketStandings } from '../domain/listed-ticket.ts';
import { importColumns, importModes, importStatuses } from '../domain/ticket-import.ts';

export const attendanceSchema = pgSchema('attendance');

/** What the door knows of events: a read model of facts. */
export const doors = attendanceSchema.table('door', {
  eventId: text('event_id').primaryKey(),
  status: text({ enum: ['DRAFT', 'PUBLISHED', 'CANCELED'] }).notNull(),
  admission: text({ enum: ['OPEN', 'TICKETED'] }).notNull(),
  entryPolicy: text('entry_policy').$type<EntryPolicy>().notNull(),
  timezone: text().notNull(),
  gates: text().array().notNull(),
  updatedAt: moment('updated_at').notNull(),
  deleted: boolean().notNull().default(false),
});

/** The admission list, what the door knows of TixGo's own tickets: a read model of facts. */
export const listedTickets = attendanceSchema.table('admission', {
  ticketId: text('ticket_id').primaryKey(),
  eventId: text('event_id').notNull(),
  standing: text({ enum: ticketStandings }).notNull(),
  codeNumber: integer('code_number').notNull(),
  gates: text().array(),
  validFrom: moment('valid_from'),
  validUntil: moment('valid_until'),
  version: integer().notNull(),
  /** What the last change wrote over, null at first: `expected` moves by the difference. */
  wasStanding: text('was_standing', { enum: ticketStandings }),
});

/** Lists of tickets that were sold elsewhere. */
export const ticketImports = attendanceSchema.table(
  'ticket_import',
  {
    id: uuid().primaryKey(),
    eventId: text('event_id').notNull(),
    fileName: text('file_name'),
    mode: text({ enum: importModes }).notNull(),
    status: text({ enum: importStatuses }).notNull(),
    startedById: uuid('started_by_id').notNull(),
    startedByUsername: text('started_by_username').notNull(),
    rowsRead: integer('rows_read').notNull().default(0),
    rowsTaken: integer('rows_taken').notNull().default(0),
    rowsBad: integer('rows_bad').notNull().default(0),
    bytesRead: integer('bytes_read').notNull().default(0),
    bytesTotal: integer('bytes_total'),
    ignoredColumns: text('ignored_columns').array().notNull().default([]),
    failure: text(),
    startedAt: moment('started_at').notNull(),
    finishedAt: moment('finished_at'),
    /** When its process last said that it reads on, by the database's own clock: those of replicas differ. */
    seenAt: moment('seen_at').notNull().defaultNow(),
    /** Its tickets are gone from the table below. */
    cleared: boolean().notNull().default(false),
    /** Nobody sees it any more; what is left of it goes in batches. */
    deleted: boolean().notNull().default(false),
  },
  (table) => [
    index('ticket_import_of_event').on(table.eventId, table.id),
    uniqueIndex('ticket_import_running').on(table.eventId).where(sql`status = 'RUNNING'`),
  ],
);

/** Tickets that were sold elsewhere. They count while their import is DONE. */
export const importedTickets = attendanceSchema.table(
  'imported_ticket',
  {
    eventId: text('event_id').notNull(),
    code: text().notNull(),
    importId: uuid('import_id').notNull(),
    line: integer().notNull(),
    holderName: text('holder_name'),
    typeName: text('type_name'),
    gates: text().array(),
    validFrom: moment('valid_from'),
    validUntil: moment('valid_until'),
  },
  (table) => [
    primaryKey({ columns: [table.eventId, table.code] }),
    index('imported_ticket_of_import').on(table.importId),
  ],
);

/** What was wrong with rows of a list: all of it. */
export const importErrors = attendanceSchema.table(
  'ticket_import_error',
  {
    importId: uuid('import_id').notNull(),
    line: integer().notNull(),
    /** The column; empty for the row as a whole. */
    field: text({ enum: [...importColumns, ''] }).notNull(),
    code: text(),
    reason: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.importId, table.line, table.field] })],
);

/** The public keys that ticket codes are signed with. */
export const ticketKeys = attendanceSchema.table('ticket_key', {
  kid: text().primaryKey(),
  jwk: jsonb().$type<Ed25519Jwk>().notNull(),
});

export const scanOutcomes = ['ADMITTED', 'REFUSED', 'UNDONE'] as const;

/** The log. Rows are added and never changed; everything below is a projection of it, kept in the same transaction. */
export const scans = attendanceSchema.table(
  'scan',
  {
    id: uuid().primaryKey(),
    eventId: text('event_id').notNull(),
    ticketId: text('ticket_id'),
    outcome: text({ enum: scanOutcomes }).notNull(),
    direction: text({ enum: scanDirections }).notNull(),
    gate: text(),
    at: moment('at').notNull(),
    byId: uuid('by_id').notNull(),
    byUsername: text('by_username').notNull(),
    forced: boolean().notNull().default(false),
    /**
     * Of an admitted scan: its place among those of its ticket, counted under the row's lock. Ids are made before the
     * lock is had, so that replicas may decide two scans of one ticket in the other order.
     */
    ordinal: integer(),
    /** Of a refused scan. */
    reason: text({ enum: refusalReasons }),
    /** Of a refused scan: the check-in that answers for it. */
    previousId: uuid('previous_id'),
    /** Of an UNDONE row: the check-in that it takes back, and why. */
    undoes: uuid(),
    note: text(),
    nonce: text(),
    deviceTime: moment('device_time'),
  },
  (table) => [
    index('scan_admitted').on(table.eventId, table.id).where(sql`outcome = 'ADMITTED'`),
    index('scan_refused').on(table.eventId, table.id).where(sql`outcome = 'REFUSED'`),
    index('scan_of_ticket').on(table.eventId, table.ticketId).where(sql`outcome = 'ADMITTED'`),
    uniqueIndex('scan_undone_once').on(table.undoes).where(sql`outcome = 'UNDONE'`),
    uniqueIndex('scan_nonce').on(table.eventId, table.byId, table.nonce).where(sql`nonce is not null`),
  ],
);

/** One row per ticket decides who is let in. */
export const ticketStates = attendanceSchema.table(
  'ticket_state',
  {
    eventId: text('event_id').notNull(),
    ticketId: text('ticket_id').notNull(),
    entries: integer().notNull(),
    inside: boolean().notNull(),
    /** Scans of this ticket ever accepted; only grows. */
    accepted: integer().notNull(),
    firstGate: text('first_gate'),
    gate: text(),
    lastEntry: uuid('last_entry'),
    lastEntryOn: date('last_entry_on', { mode: 'string' }),
    /** What the last entry wrote over: PostgreSQL before 18 returns new values only, and the counters need both. */
    wasInside: boolean('was_inside').notNull().default(false),
    wasGate: text('was_gate'),
  },
  (table) => [primaryKey({ columns: [table.eventId, table.ticketId] })],
);

/** One counter row per event, so that a million check-ins are counted as fast as one. */
export const eventTallies = attendanceSchema.table(
  'event_tally',
  {
    eventId: text('event_id').primaryKey(),
    checkedIn: integer('checked_in').notNull().default(0),
    inside: integer().notNull().default(0),
    refused: integer().notNull().default(0),
    /** Accepted scans, undone ones included. */
    records: integer().notNull().default(0),
    /** Tickets that may come; of TICKETED events only. */
    expected: integer().notNull().default(0),
  },
  (table) => [check('event_tally_not_negative', sql`${table.checkedIn} >= 0 and ${table.inside} >= 0`)],
);

export const gateTallies = attendanceSchema.table(
  'gate_tally',
  {
    eventId: text('event_id').notNull(),
    gate: text().notNull(),
    checkedIn: integer('checked_in').notNull(),
    inside: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.eventId, table.gate] })],
);

export const minuteTallies = attendanceSchema.table(
  'minute_tally',
  {
    eventId: text('event_id').notNull(),
    minute: moment('minute').notNull(),
    entries: integer().notNull(),
    exits: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.eventId, table.minute] })],
);

export const { outbox, relayLease, inbox } = factTables(attendanceSchema);
