import { isDeepStrictEqual } from 'node:util';
import type { Transaction } from '@tixgo/platform/database/database.ts';
import { conflict, notFound } from '@tixgo/platform/errors.ts';
import type { EventRecord } from '../domain/event.ts';
import { lockEvent, updateEvent as writeEvent } from '../store/event-store.ts';
import type { EventDependencies } from './dependencies.ts';
import { eventChanged } from './event-facts.ts';
import {
  assertEndsAfterStart,
  assertIsEventId,
  cleanEventDetails,
  type EventDetailsInput,
} from './event-input.ts';

export const updateEvent =
  (dependencies: EventDependencies) =>
  async (id: string, input: EventDetailsInput): Promise<EventRecord> =>
    await changeDetails(dependencies, id, input, (event) => {
      if (event.status === 'CANCELED') throw conflict('The event is canceled.');
    });

/**
 * Changes what `mayChange` lets through; the row is held meanwhile, so that the rules see what is written over. An event
 * that is so already is answered as it is.
 * @throws NOT_FOUND, BAD_USER_INPUT, and what `mayChange` throws
 */
export async function changeDetails(
  { outbox, clock }: EventDependencies,
  id: string,
  input: EventDetailsInput,
  mayChange: (event: EventRecord) => void,
): Promise<EventRecord> {
  const change = cleanEventDetails(input);
  return await outbox.transaction(async (transaction, tell) => {
    const event = await getLockedEvent(transaction, id);
    mayChange(event);
    const wanted = { ...event, ...change };
    assertEndsAfterStart(wanted);
    if (isDeepStrictEqual(wanted, event)) return event;
    const updated = await writeEvent(transaction, id, change, clock());
    tell(eventChanged(updated));
    return updated;
  });
}

/** @throws NOT_FOUND */
export async function getLockedEvent(transaction: Transaction, id: string): Promise<EventRecord> {
  assertIsEventId(id);
  const event = await lockEvent(transaction, id);
  if (!event) throw notFound('event');
  return event;
}
