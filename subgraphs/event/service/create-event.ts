import { badUserInput, conflict } from '@tixgo/platform/errors.ts';
import { newId } from '@tixgo/platform/ids.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import type { Admission, EventDetails, EventRecord, EventStatus } from '../domain/event.ts';
import { insertEvent } from '../store/event-store.ts';
import type { EventDependencies } from './dependencies.ts';
import { eventChanged } from './event-facts.ts';
import {
  assertEndsAfterStart,
  cleanEventDetails,
  cleanEventId,
  type EventDetailsInput,
} from './event-input.ts';

type Required<T> = { readonly [K in 'name' | 'startsAt' | 'endsAt' | 'timezone']: T[K & keyof T] & {} };

/** The details that an event cannot be without. */
export type NewEventInput = EventDetailsInput & Required<EventDetailsInput>;

export type CreateEventInput = NewEventInput & {
  readonly id?: string | null | undefined;
  readonly admission?: Admission | null | undefined;
  readonly status?: EventStatus | null | undefined;
};

export const createEvent =
  ({ outbox, clock }: EventDependencies) =>
  async (viewer: UserViewer, input: CreateEventInput): Promise<EventRecord> => {
    const now = clock();
    const event: EventRecord = {
      ...newEventDetails(input),
      id: input.id === null || input.id === undefined ? newId(now) : cleanEventId(input.id),
      admission: input.admission ?? 'TICKETED',
      status: initialStatus(input.status ?? 'PUBLISHED'),
      organizerId: viewer.id,
      cancelReason: null,
      createdAt: now,
      updatedAt: now,
    };
    return await outbox.transaction(async (transaction, tell) => {
      const inserted = await insertEvent(transaction, event);
      if (!inserted) throw conflict('There is, or was, an event of this id.');
      tell(eventChanged(inserted));
      return inserted;
    });
  };

/** @throws BAD_USER_INPUT */
function newEventDetails(input: NewEventInput): EventDetails {
  const defaults = { description: null, venue: null, capacity: null };
  const { entryPolicy, gates, ...rest } = input;
  const cleaned = cleanEventDetails({ ...rest, entryPolicy: entryPolicy ?? 'ONCE', gates: gates ?? [] });
  const details = { ...defaults, ...cleaned } as EventDetails;
  assertEndsAfterStart(details);
  return details;
}

function initialStatus(status: EventStatus): EventStatus {
  if (status === 'CANCELED') throw badUserInput('status', 'A new event is DRAFT or PUBLISHED.');
  return status;
}
