import { conflict } from '@tixgo/platform/errors.ts';
import type { EventRecord } from '../domain/event.ts';
import { sourcesOf } from '../domain/event-lifecycle.ts';
import { moveStatus, type StatusChange } from '../store/event-store.ts';
import type { EventDependencies } from './dependencies.ts';
import { eventChanged } from './event-facts.ts';
import { assertIsEventId } from './event-input.ts';
import { getLockedEvent } from './update-event.ts';

/**
 * Moves an event's status as the transition table allows. An event that has the status already is answered as it is.
 * @throws NOT_FOUND, and CONFLICT with `refusal` when there is no way from here
 */
export async function moveEvent(
  { outbox, clock }: EventDependencies,
  id: string,
  change: StatusChange,
  refusal: (event: EventRecord) => string,
): Promise<EventRecord> {
  assertIsEventId(id);
  return await outbox.transaction(async (transaction, tell) => {
    const moved = await moveStatus(transaction, { id, from: sourcesOf(change.status), change, now: clock() });
    if (moved) {
      tell(eventChanged(moved));
      return moved;
    }
    const event = await getLockedEvent(transaction, id);
    if (event.status !== change.status) throw conflict(refusal(event));
    return event;
  });
}
