import { attendanceReader } from './attendance-reader.ts';
import { changesAfter } from './changes-after.ts';
import { type CheckInSettings, checkIn } from './check-in.ts';
import type { AttendanceDependencies } from './dependencies.ts';
import { cancelImport, deleteImport } from './import/end-import.ts';
import { importErrorPages, importReader } from './import/import-reader.ts';
import { importTickets } from './import/import-tickets.ts';
import { tidyImports } from './import/tidy-imports.ts';
import { getDoor } from './know-event.ts';
import { checkInPages } from './read-check-ins.ts';
import { readTicket } from './read-code.ts';
import { runScanBatch } from './scan-batch.ts';
import { assertEventId } from './scan-input.ts';
import { undoCheckIn } from './undo-check-in.ts';
import { verifyTicket } from './verify-ticket.ts';

/** Every use case, bound to what it works with. */
export function attendanceServices(dependencies: AttendanceDependencies, settings: CheckInSettings) {
  const read = readTicket(dependencies);
  return {
    attendanceReader: attendanceReader(dependencies),
    checkInPages: checkInPages(dependencies),
    changesAfter: changesAfter(dependencies),
    checkIn: checkIn(dependencies, read, settings),
    /** @throws NOT_FOUND */
    assertEventExists: async (eventId: string): Promise<void> => {
      assertEventId(eventId);
      await getDoor(dependencies, eventId);
    },
    /** Scans of the past, for demo data. */
    runScanBatch: runScanBatch(dependencies),
    undoCheckIn: undoCheckIn(dependencies),
    importTickets: importTickets(dependencies),
    importReader: importReader(dependencies),
    importErrorPages: importErrorPages(dependencies),
    cancelImport: cancelImport(dependencies),
    deleteImport: deleteImport(dependencies),
    tidyImports: tidyImports(dependencies),
    verifyTicket: verifyTicket(dependencies, read),
  };
}

export type AttendanceServices = ReturnType<typeof attendanceServices>;
