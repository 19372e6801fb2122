import type { NewFact } from '@tixgo/platform/facts/fact.ts';
import type { AttendanceStarted, TicketsAdmitted } from '@tixgo/schema/facts/attendance.ts';

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

/** @param tickets each once */
export function ticketsAdmitted(
  eventId: string,
  tickets: TicketsAdmitted['tickets'],
  at: Date,
): NewFact<'attendance.tickets-admitted', TicketsAdmitted> {
  return {
    type: 'attendance.tickets-admitted',
    version: 1,
    key: eventId,
    occurredAt: at.toISOString(),
    payload: { eventId, tickets },
  };
}
