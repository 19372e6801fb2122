export const eventStatuses = ['DRAFT', 'PUBLISHED', 'CANCELED'] as const;
export type EventStatus = (typeof eventStatuses)[number];

export const admissions = ['OPEN', 'TICKETED'] as const;
export type Admission = (typeof admissions)[number];

export const entryPolicies = ['ONCE', 'ONCE_PER_DAY', 'REENTRY_AFTER_EXIT', 'UNLIMITED'] as const;
export type EntryPolicy = (typeof entryPolicies)[number];

export interface Venue {
  readonly name: string;
  readonly address: string | null;
  readonly city: string | null;
  readonly country: string | null;
  readonly latitude: number | null;
  readonly longitude: number | null;
}

/** An event as it is kept. */
export interface EventRecord {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly venue: Venue | null;
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly timezone: string;
  readonly capacity: number | null;
  readonly status: EventStatus;
  readonly admission: Admission;
  readonly entryPolicy: EntryPolicy;
  readonly gates: string[];
  /** Null for events that the system itself made. */
  readonly organizerId: string | null;
  readonly cancelReason: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What an organizer decides about an event, checked. */
export type EventDetails = Pick<
  EventRecord,
  'name' | 'description' | 'venue' | 'startsAt' | 'endsAt' | 'timezone' | 'capacity' | 'entryPolicy' | 'gates'
>;
