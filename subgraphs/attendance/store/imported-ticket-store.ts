import type { Queryable, Transaction } from '@tixgo/platform/database/database.ts';
import { and, eq, inArray, sql } from 'drizzle-orm';
import { alias } from 'drizzle-orm/pg-core';
import type { ImportedTicket } from '../domain/imported-ticket.ts';
import { importedTickets, ticketImports, ticketStates } from './tables.ts';

/** `for share of` takes no name with a schema before it. */
const owner = alias(ticketImports, 'owner');
const counts = and(eq(owner.status, 'DONE'), eq(owner.deleted, false));

const ticketColumns = {
  code: importedTickets.code,
  holderName: importedTickets.holderName,
  typeName: importedTickets.typeName,
  gates: importedTickets.gates,
  validFrom: importedTickets.validFrom,
  validUntil: importedTickets.validUntil,
};

/**
 * Those that count at the door, by code.
 * @param lock `hold`: until the transaction ends, who takes an import back waits for it, and then sees what it admitted
 */
export async function findImportedTickets(
  database: Queryable,
  eventId: string,
  codes: readonly string[],
  lock: 'hold' | 'none',
): Promise<Map<string, ImportedTicket>> {
  if (codes.length === 0) return new Map();
  const query = database
    .select(ticketColumns)
    .from(importedTickets)
    .innerJoin(owner, eq(owner.id, importedTickets.importId))
    .where(
      and(eq(importedTickets.eventId, eventId), inArray(importedTickets.code, [...new Set(codes)]), counts),
    )
    .$dynamic();
  const rows = await (lock === 'hold' ? query.for('share', { of: owner }) : query);
  return new Map(rows.map((row) => [row.code, row]));
}

/** By event and code, as `keyOf` names them. */
export async function findImportedTicketsOf(
  database: Queryable,
  wanted: readonly { readonly eventId: string; readonly code: string }[],
): Promise<Map<string, ImportedTicket>> {
  const pairs = JSON.stringify(wanted.map(({ eventId, code }) => ({ event_id: eventId, code })));
  const rows = await database
    .select({ eventId: importedTickets.eventId, ...ticketColumns })
    .from(importedTickets)
    .innerJoin(owner, eq(owner.id, importedTickets.importId))
    .where(
      and(
        sql`(${importedTickets.eventId}, ${importedTickets.code}) in (
          select event_id, code from jsonb_to_recordset(${pairs}::jsonb) as wanted(event_id text, code text))`,
        counts,
      ),
    );
  return new Map(rows.map(({ eventId, ...ticket }) => [keyOf(eventId, ticket.code), ticket]));
}

/** Neither part has a line feed. */
export function keyOf(eventId: string, code: string): string {
  return `${eventId}\n${code}`;
}

/** A ticket by the line that it stands in. */
export type ImportedRow = ImportedTicket & { readonly line: number };

/**
 * Adds tickets, each code at most once, and takes over what imports that came to nothing left behind.
 * @returns the codes that were added; the others belong to this import already, or to one that is done
 */
export async function addImportedTickets(
  transaction: Transaction,
  { id, eventId }: { readonly id: string; readonly eventId: string },
  rows: readonly ImportedRow[],
): Promise<Set<string>> {
  if (rows.length === 0) return new Set();
  const result = await transaction.execute<{ code: string }>(sql`
    insert into ${importedTickets} as kept
      (event_id, code, import_id, line, holder_name, type_name, gates, valid_from, valid_until)
    select ${eventId}, code, ${id}::uuid, line, "holderName", "typeName", gates, "validFrom", "validUntil"
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as given(
      code text, line integer, "holderName" text, "typeName" text, gates text[],
      "validFrom" timestamptz, "validUntil" timestamptz)
    order by code collate "C"
    on conflict (event_id, code) do update set
      import_id = excluded.import_id,
      line = excluded.line,
      holder_name = excluded.holder_name,
      type_name = excluded.type_name,
      gates = excluded.gates,
      valid_from = excluded.valid_from,
      valid_until = excluded.valid_until
    where kept.import_id <> excluded.import_id and not exists (
      select from ${ticketImports} as owner
      where owner.id = kept.import_id and owner.status = 'DONE' and not owner.deleted)
    returning kept.code`);
  return new Set(result.rows.map(({ code }) => code));
}

export interface HeldCode {
  readonly code: string;
  readonly importId: string;
  readonly line: number;
  readonly fileName: string | null;
  readonly startedAt: Date;
}

/** Where codes of an event stand that were imported before, by code. */
export async function findHeldCodes(
  transaction: Transaction,
  eventId: string,
  codes: readonly string[],
): Promise<Map<string, HeldCode>> {
  if (codes.length === 0) return new Map();
  const rows = await transaction
    .select({
      code: importedTickets.code,
      importId: importedTickets.importId,
      line: importedTickets.line,
      fileName: ticketImports.fileName,
      startedAt: ticketImports.startedAt,
    })
    .from(importedTickets)
    .innerJoin(ticketImports, eq(ticketImports.id, importedTickets.importId))
    .where(and(eq(importedTickets.eventId, eventId), inArray(importedTickets.code, [...codes])));
  return new Map(rows.map((row) => [row.code, row]));
}

/** Whether somebody was let in with one of the import's tickets, and it was not undone. */
export async function hasAdmitted(
  transaction: Transaction,
  { id, eventId }: { readonly id: string; readonly eventId: string },
): Promise<boolean> {
  const rows = await transaction
    .select({ code: importedTickets.code })
    .from(ticketStates)
    .innerJoin(
      importedTickets,
      and(
        eq(importedTickets.eventId, ticketStates.eventId),
        eq(importedTickets.code, ticketStates.ticketId),
        eq(importedTickets.importId, id),
      ),
    )
    .where(and(eq(ticketStates.eventId, eventId), sql`${ticketStates.entries} > 0`))
    .limit(1);
  return rows.length > 0;
}
