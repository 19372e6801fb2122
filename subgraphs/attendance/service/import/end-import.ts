import { conflict, notFound } from '@tixgo/platform/errors.ts';
import { assertUuid } from '@tixgo/platform/ids.ts';
import type { TicketImport } from '../../domain/ticket-import.ts';
import { addToExpected } from '../../store/admission-list-store.ts';
import { hasAdmitted } from '../../store/imported-ticket-store.ts';
import {
  endImport,
  findImports,
  hideImports,
  importOfId,
  lockImport,
} from '../../store/ticket-import-store.ts';
import type { AttendanceDependencies } from '../dependencies.ts';

type Dependencies = Pick<AttendanceDependencies, 'database' | 'clock'>;

/** Stops an import that is under way. @throws NOT_FOUND, CONFLICT when it is over */
export const cancelImport =
  ({ database, clock }: Dependencies) =>
  async (id: string): Promise<TicketImport> => {
    assertUuid(id, 'import');
    const end = { status: 'CANCELED', failure: null, finishedAt: clock() } as const;
    const canceled = await endImport(database, id, end);
    if (canceled) return canceled;
    if (!(await findImports(database, [id])).has(id)) throw notFound('import');
    throw conflict('The import is over.');
  };

/**
 * Takes an import that is over back: its tickets, its report and itself.
 * @throws NOT_FOUND; CONFLICT while it runs, and when somebody was let in with one of its tickets
 */
export const deleteImport =
  ({ database, clock }: Dependencies) =>
  async (id: string): Promise<void> => {
    assertUuid(id, 'import');
    await database.transaction(async (transaction) => {
      const found = await lockImport(transaction, id);
      if (!found) throw notFound('import');
      if (found.status === 'RUNNING') throw conflict('The import is under way; cancel it first.');
      if (await hasAdmitted(transaction, found)) {
        throw conflict('Somebody was let in with one of these tickets; undo their check-ins first.');
      }
      await hideImports(transaction, importOfId(id), clock());
      if (found.status === 'DONE') await addToExpected(transaction, found.eventId, -found.rowsTaken);
    });
  };
