import { notFound } from '@tixgo/platform/errors.ts';
import { batchedByArguments } from '@tixgo/platform/graphql/batched-by-arguments.ts';
import {
  type Connection,
  Cursors,
  idCursors,
  type Page,
  type PageArguments,
} from '@tixgo/platform/graphql/connection.ts';
import { assertUuid } from '@tixgo/platform/ids.ts';
import DataLoader from 'dataloader';
import type { ImportedTicket } from '../../domain/imported-ticket.ts';
import type { RowError, TicketImport } from '../../domain/ticket-import.ts';
import { type ImportErrorKey, listImportErrors } from '../../store/import-error-store.ts';
import { findImportedTicketsOf, keyOf } from '../../store/imported-ticket-store.ts';
import { findImports, listImports } from '../../store/ticket-import-store.ts';
import type { AttendanceDependencies } from '../dependencies.ts';

type Dependencies = Pick<AttendanceDependencies, 'database'>;

/** Reads imports for one request: however many are asked about, each field costs one statement. */
export interface ImportReader {
  imports(eventId: string, args: PageArguments): Promise<Connection<TicketImport>>;
  /** @throws NOT_FOUND */
  getImport(id: string): Promise<TicketImport>;
  errors(importId: string, args: PageArguments): Promise<Connection<RowError>>;
  /** Null for a ticket that no import brought. */
  findImportedTicket(eventId: string, code: string): Promise<ImportedTicket | null>;
}

export const importReader =
  ({ database }: Dependencies) =>
  (): ImportReader => {
    const errors = batchedByArguments(
      async (ids, page: Page<ImportErrorKey>) =>
        Map.groupBy(await listImportErrors(database, ids, page), ({ importId }) => importId),
      () => [],
    );
    const tickets = new DataLoader<{ eventId: string; code: string }, ImportedTicket | null, string>(
      async (wanted) => {
        const found = await findImportedTicketsOf(database, wanted);
        return wanted.map(({ eventId, code }) => found.get(keyOf(eventId, code)) ?? null);
      },
      { cacheKeyFn: ({ eventId, code }) => keyOf(eventId, code) },
    );
    return {
      imports: async (eventId, args) => {
        const cursors = idCursors(`imports:${eventId}`);
        const page = cursors.page(args);
        return cursors.connection(await listImports(database, eventId, page), page, ({ id }) => [id]);
      },
      getImport: async (id) => {
        assertUuid(id, 'import');
        const found = (await findImports(database, [id])).get(id);
        if (!found) throw notFound('import');
        return found;
      },
      errors: async (importId, args) => {
        const cursors = new Cursors<ImportErrorKey>(`import-errors:${importId}`, isErrorKey);
        const page = cursors.page(args);
        return cursors.connection(await errors(importId, page), page, errorKey);
      },
      findImportedTicket: async (eventId, code) => await tickets.load({ eventId, code }),
    };
  };

/** Of PostgreSQL's `integer`. */
const largestInteger = 2 ** 31 - 1;

const isErrorKey = ([line = '', field, ...more]: readonly string[]) =>
  /^\d{1,10}$/.test(line) &&
  Number(line) <= largestInteger &&
  field !== undefined &&
  /^\w*$/.test(field) &&
  more.length === 0;

const errorKey = ({ line, field }: RowError): ImportErrorKey => [String(line), field ?? ''];

const pageOfReport = 1_000;

/** Every error of an import in the order of its lines, a page at a time as they are taken. */
export const importErrorPages = ({ database }: Dependencies) =>
  async function* (importId: string): AsyncGenerator<readonly RowError[]> {
    assertUuid(importId, 'import');
    let after: ImportErrorKey | undefined;
    for (;;) {
      const page: Page<ImportErrorKey> = { first: pageOfReport, after };
      const rows = (await listImportErrors(database, [importId], page)).slice(0, pageOfReport);
      yield rows;
      const last = rows.at(-1);
      if (!last || rows.length < pageOfReport) return;
      after = errorKey(last);
    }
  };
