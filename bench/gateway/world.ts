/**
 * What all gateways are asked about: made of numbers alone, so that every process has the same, and the benchmark can
 * tell the right answer without asking anyone.
 */
export const eventCount = 1_000;
export const userCount = 200;
export const recordsPerEvent = 20;
/** The one that scans go to; it stands in no answer that is compared. */
export const doorEvent = eventCount - 1;

/** Those that are asked about; a list of 50 that begins behind the last one ends before the door. */
export const askedEvents = 900;

const cities = ['Berlin', 'Lisbon', 'Kraków', 'Gent', 'Turku'] as const;
const firstDay = Date.UTC(2026, 5, 1, 18);
const hour = 3_600_000;

export interface EventRow {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly venue: { readonly name: string; readonly city: string };
  readonly startsAt: Date;
  readonly endsAt: Date;
  readonly timezone: string;
  readonly capacity: number;
  readonly organizerId: string;
}

export interface CheckInRow {
  readonly id: string;
  readonly ticketId: string;
  readonly gate: string;
  readonly checkedInAt: Date;
  readonly checkedInById: string;
}

export interface UserRow {
  readonly id: string;
  readonly username: string;
  readonly kind: 'PERSON' | 'DEVICE';
}

export const eventId = (number: number) => `evt-${String(number).padStart(4, '0')}`;
export const userId = (number: number) => `usr-${number % userCount}`;

/** NaN for what is none of these ids. */
export const numberOf = (id: string) => Number(id.slice(4));

export function eventRow(number: number): EventRow {
  const starts = firstDay + number * hour;
  const city = cities[number % cities.length] ?? cities[0];
  return {
    id: eventId(number),
    name: `Evening ${number} of the “Long Nights”`,
    description: `The ${number}th evening: doors an hour before, music until the last one has gone home.`,
    venue: { name: `Hall ${number % 40}`, city },
    startsAt: new Date(starts),
    endsAt: new Date(starts + 4 * hour),
    timezone: 'Europe/Berlin',
    capacity: 500 + (number % 50) * 100,
    organizerId: userId(number * 7),
  };
}

/** Five people scan at one event. @param place counted from 0, the newest */
export function checkInRow(event: number, place: number): CheckInRow {
  return {
    id: `scan-${event}-${place}`,
    ticketId: `ticket-${event}-${place}`,
    gate: `Gate ${place % 4}`,
    checkedInAt: new Date(firstDay + event * hour - place * 1_000),
    checkedInById: userId(event * 13 + (place % 5)),
  };
}

export function userRow(number: number): UserRow {
  return { id: userId(number), username: `user-${number}`, kind: number % 9 === 0 ? 'DEVICE' : 'PERSON' };
}

/** Who is on duty for a ticket. */
export function scannerOf(ticketId: string): string {
  return userId(numberOf(ticketId));
}

export function countsOf(event: number): { readonly totalCheckedIn: number; readonly inside: number } {
  return { totalCheckedIn: recordsPerEvent + (event % 300), inside: event % 200 };
}
