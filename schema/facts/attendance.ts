/** Keyed by the event's id. */
export const ATTENDANCE_STARTED = 'attendance.started';

/** Somebody was admitted at an event for the first time, from when on it cannot be deleted. Once an event. */
export interface AttendanceStarted {
  readonly eventId: string;
  /** ISO 8601 in UTC, to the millisecond. */
  readonly at: string;
}
