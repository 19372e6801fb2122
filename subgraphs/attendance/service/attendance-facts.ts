import type { TicketsAdmitted } from '@tixgo/schema/facts/attendance.ts';
import { type CatalogueFact, newFact } from '@tixgo/schema/facts/new-fact.ts';

export function attendanceStarted(eventId: string, at: Date): CatalogueFact<'attendance.started'> {
  return newFact('attendance.started', eventId, { eventId, at: at.toISOString() }, at);
}

/** @param tickets each once */
export function ticketsAdmitted(
  eventId: string,
  tickets: TicketsAdmitted['tickets'],
  at: Date,
): CatalogueFact<'attendance.tickets-admitted'> {
  return newFact('attendance.tickets-admitted', eventId, { eventId, tickets }, at);
}

/** @param checkInIds of check-ins that were made, or undone */
export function attendanceChanged(
  eventId: string,
  checkInIds: readonly string[],
  at: Date,
): CatalogueFact<'attendance.changed'> {
  return newFact('attendance.changed', eventId, { eventId, checkInIds }, at);
}
