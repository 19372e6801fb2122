import type { RowError, TicketImport } from '../../domain/ticket-import.ts';
import { addImportErrors } from '../../store/import-error-store.ts';
import {
  addImportedTickets,
  findHeldCodes,
  type HeldCode,
  type ImportedRow,
} from '../../store/imported-ticket-store.ts';
import { advanceImport } from '../../store/ticket-import-store.ts';
import type { AttendanceDependencies } from '../dependencies.ts';
import { importEnded } from './import-refused.ts';
import type { ListPart } from './read-list.ts';

/**
 * Keeps what was read in one short transaction, so that the door goes on between two of them.
 * @returns how many of the rows are bad
 * @throws CONFLICT when the import is no longer RUNNING; nothing is kept then
 */
export async function keepPart(
  { database }: Pick<AttendanceDependencies, 'database'>,
  begun: TicketImport,
  { tickets, errors, ...read }: ListPart,
): Promise<number> {
  return await database.transaction(async (transaction) => {
    // One statement cannot add a row twice.
    const firsts = new Map(tickets.toReversed().map((ticket) => [ticket.code, ticket]));
    const added = await addImportedTickets(transaction, begun, [...firsts.values()]);
    const refused = tickets.filter((ticket) => !added.has(ticket.code) || firsts.get(ticket.code) !== ticket);
    const codes = new Set(refused.map(({ code }) => code));
    const held = await findHeldCodes(transaction, begun.eventId, [...codes]);
    const all = [...errors, ...refused.map((ticket) => errorOf(ticket, begun, held.get(ticket.code)))];
    await addImportErrors(transaction, begun.id, all);
    const rowsBad = new Set(all.map(({ line }) => line)).size;
    const isRunning = await advanceImport(transaction, begun.id, { ...read, rowsTaken: added.size, rowsBad });
    if (!isRunning) throw importEnded();
    return rowsBad;
  });
}

function errorOf({ line, code }: ImportedRow, { id }: TicketImport, held: HeldCode | undefined): RowError {
  return { line, field: 'code', code, reason: whereHeld(id, held) };
}

function whereHeld(importId: string, held: HeldCode | undefined): string {
  if (!held) return 'This code was imported before.';
  if (held.importId === importId) return `This code stands in line ${held.line} already.`;
  const file = held.fileName === null ? 'the file' : `"${held.fileName}"`;
  return `This code was imported before: line ${held.line} of ${file}, ${held.startedAt.toISOString()}.`;
}
