import type { Transaction } from '@tixgo/platform/database/database.ts';
import { conflict, notFound } from '@tixgo/platform/errors.ts';
import type { EventDetails, EventRecord } from '../domain/event.ts';
import { lockEvent, updateEvent as writeEvent } from '../store/event-store.ts';
import type { EventDependencies } from './dependencies.ts';
import { eventChanged } from './event-facts.ts';
import { assertEndsAfterStart, cleanEventDetails, type EventDetailsInput } from './event-input.ts';

export const updateEvent =
  (dependencies: EventDependencies) =>
  async (id: string, input: EventDetailsInput): Promise<EventRecord> =>
    await changeDetails(dependencies, id, input, (event) => {
      if (event.status === 'CANCELED') throw conflict('The event is canceled.');
    });

/**
 * Changes what `mayChange` lets through; the row is held meanwhile, so that the rules see what is written over.
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
    assertEndsAfterStart({ ...event, ...change } satisfies EventDetails);
    const updated = await writeEvent(transaction, id, change, clock());
    tell(eventChanged(updated));
    return updated;
  });
}

/** @throws NOT_FOUND */
export async function getLockedEvent(transaction: Transaction, id: string): Promise<EventRecord> {
  const event = await lockEvent(transaction, id);
  if (!event) throw notFound('event');
  return event;
}
