import { conflict } from '@tixgo/platform/errors.ts';
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
    mayDelete(await getLockedEvent(transaction, id));
    const buried = await buryEvent(transaction, id, clock());
    if (!buried) throw conflict('Somebody has tickets for this event or was admitted; cancel it instead.');
    tell(eventDeleted(buried));
  });
}
