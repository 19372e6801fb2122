import type { NewFact } from '@tixgo/platform/facts/fact.ts';
import type { AttendanceStarted } from '@tixgo/schema/facts/attendance.ts';

export function attendanceStarted(
  eventId: string,
  at: Date,
): NewFact<'attendance.started', AttendanceStarted> {
  const moment = at.toISOString();
  return {
    type: 'attendance.started',
    version: 1,
    key: eventId,
    occurredAt: moment,
    payload: { eventId, at: moment },
  };
}
