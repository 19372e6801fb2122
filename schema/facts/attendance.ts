/** All keyed by the event's id. */
export const ATTENDANCE_STARTED = 'attendance.started';
export const TICKETS_ADMITTED = 'attendance.tickets-admitted';
export const ATTENDANCE_CHANGED = 'attendance.changed';

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

/**
 * Scans of an event were kept, or one was undone; once for each transaction, and for one event in the order in which they
 * committed. For those who watch: what it is about they read themselves.
 */
export interface AttendanceChanged {
  readonly eventId: string;
  /** Check-ins that were made, or undone; none where tickets were only refused. */
  readonly checkInIds: readonly string[];
}
