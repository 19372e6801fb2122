/** Keyed by the event's id, as is `event.deleted`, so that the two arrive in the order they happened. */
export const EVENT_CHANGED = 'event.changed';
export const EVENT_DELETED = 'event.deleted';

/**
 * All that others need to know of an event, after each change and at its creation. A snapshot, so that a
 * consumer that missed one is right again after the next.
 */
export interface EventChanged {
  readonly eventId: string;
  readonly name: string;
  readonly status: 'DRAFT' | 'PUBLISHED' | 'CANCELED';
  readonly admission: 'OPEN' | 'TICKETED';
  readonly entryPolicy: 'ONCE' | 'ONCE_PER_DAY' | 'REENTRY_AFTER_EXIT' | 'UNLIMITED';
  /** IANA name. */
  readonly timezone: string;
  readonly gates: readonly string[];
  /** Null: unbounded. */
  readonly capacity: number | null;
  /** Times are ISO 8601 in UTC, to the millisecond. */
  readonly startsAt: string;
  readonly endsAt: string;
  /** Grows with every change of the event: its version. A snapshot not newer than the known one is stale. */
  readonly updatedAt: string;
}

/** The event is gone for good; its id is not given again. */
export interface EventDeleted {
  readonly eventId: string;
  /** Later than that of every snapshot of the event. */
  readonly updatedAt: string;
}
