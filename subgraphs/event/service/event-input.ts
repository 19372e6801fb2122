import { badUserInput, notFound } from '@tixgo/platform/errors.ts';
import { cleanOptionalText, cleanText } from '@tixgo/platform/input-text.ts';
import { given, type Optional } from '@tixgo/platform/optional-input.ts';
import { isEventId } from '@tixgo/schema/facts/event-id.ts';
import type { EntryPolicy, EventDetails, Venue } from '../domain/event.ts';
import { isTimezone } from '../domain/timezone.ts';

export interface VenueInput {
  readonly name: string;
  readonly address?: Optional<string>;
  readonly city?: Optional<string>;
  readonly country?: Optional<string>;
  readonly latitude?: Optional<number>;
  readonly longitude?: Optional<number>;
}

/** What a client may say of an event; undefined leaves it as it is. */
export interface EventDetailsInput {
  readonly name?: Optional<string>;
  readonly description?: Optional<string>;
  readonly venue?: Optional<VenueInput>;
  readonly startsAt?: Optional<Date>;
  readonly endsAt?: Optional<Date>;
  readonly timezone?: Optional<string>;
  readonly capacity?: Optional<number>;
  readonly entryPolicy?: Optional<EntryPolicy>;
  readonly gates?: Optional<readonly string[]>;
}

const largestCapacity = 10_000_000;
const mostGates = 50;

/**
 * Goes before the database, which answers a NUL with an error instead of no row.
 * @throws NOT_FOUND for what cannot be the id of an event
 */
export function assertIsEventId(id: string): void {
  if (!isEventId(id)) throw notFound('event');
}

/** @throws BAD_USER_INPUT */
export function cleanEventId(id: string): string {
  if (isEventId(id)) return id;
  throw badUserInput('id', 'id must be 1 to 64 characters of a-z, 0-9 and hyphens.');
}

/** @throws BAD_USER_INPUT naming the first field that is out of bounds */
export function cleanEventDetails(input: EventDetailsInput): Partial<EventDetails> {
  return {
    ...(input.name !== undefined && {
      name: cleanText(given('name', input.name), { field: 'name', max: 200 }),
    }),
    ...(input.description !== undefined && {
      description: cleanOptionalText(input.description, {
        field: 'description',
        max: 10_000,
        multiline: true,
      }),
    }),
    ...(input.venue !== undefined && { venue: input.venue === null ? null : cleanVenue(input.venue) }),
    ...(input.startsAt !== undefined && { startsAt: given('startsAt', input.startsAt) }),
    ...(input.endsAt !== undefined && { endsAt: given('endsAt', input.endsAt) }),
    ...(input.timezone !== undefined && { timezone: cleanTimezone(given('timezone', input.timezone)) }),
    ...(input.capacity !== undefined && { capacity: cleanCapacity(input.capacity) }),
    ...(input.entryPolicy !== undefined && { entryPolicy: given('entryPolicy', input.entryPolicy) }),
    ...(input.gates !== undefined && { gates: cleanGates(given('gates', input.gates)) }),
  };
}

/** @throws BAD_USER_INPUT when the event would end before it starts, or at that very moment */
export function assertEndsAfterStart({ startsAt, endsAt }: Pick<EventDetails, 'startsAt' | 'endsAt'>): void {
  if (endsAt <= startsAt) throw badUserInput('endsAt', 'endsAt must be after startsAt.');
}

function cleanVenue(venue: VenueInput): Venue {
  assertCoordinatesGoTogether(venue);
  return {
    name: cleanText(venue.name, { field: 'venue.name', max: 200 }),
    address: cleanOptionalText(venue.address, { field: 'venue.address', max: 200 }),
    city: cleanOptionalText(venue.city, { field: 'venue.city', max: 200 }),
    country: cleanOptionalText(venue.country, { field: 'venue.country', max: 200 }),
    latitude: cleanDegrees('venue.latitude', venue.latitude, 90),
    longitude: cleanDegrees('venue.longitude', venue.longitude, 180),
  };
}

function assertCoordinatesGoTogether({ latitude = null, longitude = null }: VenueInput): void {
  if ((latitude === null) === (longitude === null)) return;
  const missing = latitude === null ? 'venue.latitude' : 'venue.longitude';
  throw badUserInput(missing, 'venue.latitude and venue.longitude go together.');
}

function cleanDegrees(field: string, degrees: Optional<number>, most: number): number | null {
  if (degrees === null || degrees === undefined) return null;
  if (Math.abs(degrees) > most)
    throw badUserInput(field, `${field} must be from -${most} to ${most} degrees.`);
  return degrees;
}

function cleanTimezone(timezone: string): string {
  const name = timezone.trim();
  if (isTimezone(name)) return name;
  throw badUserInput('timezone', 'timezone must be an IANA name such as Europe/Berlin.');
}

function cleanCapacity(capacity: number | null): number | null {
  if (capacity !== null && (capacity < 1 || capacity > largestCapacity)) {
    throw badUserInput('capacity', `capacity must be from 1 to ${largestCapacity}.`);
  }
  return capacity;
}

function cleanGates(gates: readonly string[]): string[] {
  if (gates.length > mostGates) throw badUserInput('gates', `gates must be at most ${mostGates}.`);
  const names = gates.map((gate) => cleanText(gate, { field: 'gates', max: 64 }));
  if (new Set(names).size < names.length) throw badUserInput('gates', 'gates must not name one gate twice.');
  return names;
}
