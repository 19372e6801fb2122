import { type ApiError, conflict } from '@tixgo/platform/errors.ts';
import type { EventRecord } from '../domain/event.ts';
import { buryEvent } from '../store/event-store.ts';
import type { EventDependencies } from './dependencies.ts';
import { eventDeleted } from './event-facts.ts';
import { getLockedEvent } from './update-event.ts';

export const deleteEvent =
  (dependencies: EventDependencies) =>
  async (id: string): Promise<void> =>
    await deleteWhere(dependencies, id, () => {});

/** @throws NOT_FOUND, CONFLICT once somebody ordered or was admitted, and what `mayDelete` throws */
export async function deleteWhere(
  { outbox, clock }: EventDependencies,
  id: string,
  mayDelete: (event: EventRecord) => void,
): Promise<void> {
  await outbox.transaction(async (transaction, tell) => {
    const event = await getLockedEvent(transaction, id);
    mayDelete(event);
    const buried = await buryEvent(transaction, id, clock());
    if (!buried) throw cannotBeDeleted(event);
    tell(eventDeleted(buried));
  });
}

/** Orders that were never paid, or ended, count as well: their buyers find the event by them. */
function cannotBeDeleted({ status }: EventRecord): ApiError {
  const rest = status === 'CANCELED' ? 'it stays, canceled.' : 'cancel it instead.';
  return conflict(
    `Somebody ordered tickets for this event, whatever became of the order, or was admitted; ${rest}`,
  );
}
