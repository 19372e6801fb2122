import { attendanceReader } from './attendance-reader.ts';
import { type CheckInSettings, checkIn } from './check-in.ts';
import type { AttendanceDependencies } from './dependencies.ts';
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
    checkIn: checkIn(dependencies, read, settings),
    /** @throws NOT_FOUND */
    assertEventExists: async (eventId: string): Promise<void> => {
      assertEventId(eventId);
      await getDoor(dependencies, eventId);
    },
    /** Scans of the past, for demo data. */
    runScanBatch: runScanBatch(dependencies),
    undoCheckIn: undoCheckIn(dependencies),
    verifyTicket: verifyTicket(dependencies, read),
  };
}

export type AttendanceServices = ReturnType<typeof attendanceServices>;
