/** Both keyed by the event's id. */
export const ATTENDANCE_STARTED = 'attendance.started';
export const TICKETS_ADMITTED = 'attendance.tickets-admitted';

/** Somebody was admitted at an event for the first time, from when on it cannot be deleted. Once an event. */
export interface AttendanceStarted {
  readonly eventId: string;
  /** ISO 8601 in UTC, to the millisecond. */
  readonly at: string;
}

/** The door let TixGo's own tickets in, or took that back. A ticket that stands as admitted stays with its holder. */
export interface TicketsAdmitted {
  readonly eventId: string;
  /** Of tickets admitted for the first time, and of those that nothing stands of any more. */
  readonly tickets: readonly { readonly ticketId: string; readonly admitted: boolean }[];
}
