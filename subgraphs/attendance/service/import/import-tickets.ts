import { ApiError, conflict } from '@tixgo/platform/errors.ts';
import { newId } from '@tixgo/platform/ids.ts';
import { cleanOptionalText } from '@tixgo/platform/input-text.ts';
import { RepeatedWork } from '@tixgo/platform/repeated-work.ts';
import { UploadBroken } from '@tixgo/platform/rest/uploads.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import type { Door } from '../../domain/door.ts';
import type { ImportMode, TicketImport } from '../../domain/ticket-import.ts';
import { addToExpected } from '../../store/admission-list-store.ts';
import { endImport, insertImport, noteImportAlive } from '../../store/ticket-import-store.ts';
import type { AttendanceDependencies } from '../dependencies.ts';
import { getDoor } from '../know-event.ts';
import { assertEventId } from '../scan-input.ts';
import { ImportRefused, importEnded } from './import-refused.ts';
import { keepPart } from './keep-part.ts';
import { readTicketList } from './read-list.ts';
import { failAbandonedImports } from './tidy-imports.ts';

export interface ImportRequest {
  readonly eventId: string;
  readonly mode: ImportMode;
  /** As its sender calls it. */
  readonly fileName?: string | null | undefined;
  readonly bytesTotal: number | null;
}

/** How often a process says that it reads on, in milliseconds; see `silence`. */
const heartbeat = 3_000;
/** A file of bad rows alone makes a report of as many. */
const mostRows = 10_000_000;

/**
 * Reads a list of tickets that were sold elsewhere, for a TICKETED event. They count at the door once the import is
 * DONE; one that is refused ends as FAILED, with a report of every bad row, and none of its tickets ever counts.
 * @param open begins to read the file, and ends it by the signal
 * @returns the import as it ended, DONE or FAILED for what is in the file
 * @throws NOT_FOUND, CONFLICT (the event, another import of it, or somebody ended this one), BAD_USER_INPUT, and
 *   whatever keeps the file from being read to its end: the import is FAILED then
 */
export const importTickets =
  (dependencies: AttendanceDependencies) =>
  async (
    viewer: UserViewer,
    request: ImportRequest,
    open: (signal: AbortSignal) => AsyncIterable<Buffer>,
  ): Promise<TicketImport> => {
    const { database, log } = dependencies;
    const door = await importableDoor(dependencies, request.eventId);
    const begun = await begin(dependencies, viewer, request);
    const ended = new AbortController();
    const work = async () => {
      if (!(await noteImportAlive(database, begun.id))) ended.abort(importEnded());
      return false;
    };
    const alive = new RepeatedWork({ name: 'ticket import', interval: heartbeat, work, log });
    alive.start();
    try {
      return await readThrough(dependencies, begun, door, open(ended.signal));
    } catch (error) {
      return await fail(dependencies, begun, error);
    } finally {
      await alive.stop();
    }
  };

async function importableDoor(dependencies: AttendanceDependencies, eventId: string): Promise<Door> {
  assertEventId(eventId);
  const door = await getDoor(dependencies, eventId);
  if (door.status === 'CANCELED') throw conflict('The event was canceled.');
  if (door.admission === 'OPEN') throw conflict('The door is OPEN: it takes any ticket as it is.');
  return door;
}

async function begin(
  dependencies: AttendanceDependencies,
  { id, username }: UserViewer,
  { eventId, mode, fileName, bytesTotal }: ImportRequest,
): Promise<TicketImport> {
  await failAbandonedImports(dependencies);
  const begun = await insertImport(dependencies.database, {
    id: newId(),
    eventId,
    mode,
    fileName: cleanOptionalText(fileName, { field: 'fileName', max: 200 }),
    startedBy: { id, username },
    bytesTotal,
    startedAt: dependencies.clock(),
  });
  if (!begun) throw conflict('Another import of this event is under way.');
  return begun;
}

/** @throws ImportRefused, and what the file's reading throws */
async function readThrough(
  dependencies: AttendanceDependencies,
  begun: TicketImport,
  { gates }: Door,
  chunks: AsyncIterable<Buffer>,
): Promise<TicketImport> {
  let [read, bad] = [0, 0];
  for await (const part of readTicketList(chunks, { gates, mostRows })) {
    read += part.rowsRead;
    bad += await keepPart(dependencies, begun, part);
  }
  if (read === 0) throw new ImportRefused('The file has no row below its first line.');
  if (bad > 0 && begun.mode === 'ALL_OR_NOTHING') {
    const rows = bad === 1 ? '1 row is' : `${bad} rows are`;
    throw new ImportRefused(`${rows} bad of ${read}, and so no ticket was taken.`);
  }
  return await complete(dependencies, begun);
}

/** From here on the tickets count. */
async function complete(
  { database, clock }: AttendanceDependencies,
  { id, eventId }: TicketImport,
): Promise<TicketImport> {
  return await database.transaction(async (transaction) => {
    const done = await endImport(transaction, id, { status: 'DONE', failure: null, finishedAt: clock() });
    if (!done) throw importEnded();
    await addToExpected(transaction, eventId, done.rowsTaken);
    return done;
  });
}

async function fail(
  { database, clock }: AttendanceDependencies,
  { id }: TicketImport,
  error: unknown,
): Promise<TicketImport> {
  const end = { status: 'FAILED', failure: failureOf(error), finishedAt: clock() } as const;
  // Where the database is what failed, its silence will tell.
  const failed = await endImport(database, id, end).catch(() => undefined);
  if (error instanceof ImportRefused) {
    if (failed) return failed;
    throw importEnded();
  }
  throw error;
}

function failureOf(error: unknown): string {
  const isTellable = [ImportRefused, UploadBroken, ApiError].some((kind) => error instanceof kind);
  return isTellable && error instanceof Error ? error.message : 'Something went wrong on our side.';
}
