import { notFound } from '@tixgo/platform/errors.ts';
import { isEventId } from '@tixgo/schema/facts/event-id.ts';
import type { SaleEvent } from '../domain/sale-event.ts';
import { findSaleEvent, keepSaleEvent } from '../store/sale-event-store.ts';
import type { TicketDependencies } from './dependencies.ts';

/** The fields of the owner's entity that are kept here. */
const eventFields = 'id status capacity gates endsAt updatedAt';

/** @throws NOT_FOUND for what cannot be the id of an event */
export function assertEventId(id: string): void {
  if (!isEventId(id)) throw notFound('event');
}

/**
 * Facts may be behind: of an event that is not known here its owner is asked once.
 * @throws NOT_FOUND, and SUBGRAPH_UNAVAILABLE when the owner of an unknown event does not answer
 */
export async function getSaleEvent(dependencies: TicketDependencies, id: string): Promise<SaleEvent> {
  assertEventId(id);
  const event = (await findSaleEvent(dependencies.database, id)) ?? (await learnSaleEvent(dependencies, id));
  if (!event) throw notFound('event');
  return event;
}

/** Asks the owner and keeps what it says; undefined when it knows no such event. */
export async function learnSaleEvent(
  { database, lookup }: TicketDependencies,
  id: string,
): Promise<SaleEvent | undefined> {
  const event = await lookup('event', 'Event', { id }, eventFields);
  if (!event) return undefined;
  const { endsAt, updatedAt, ...known } = event as unknown as Omit<SaleEvent, 'endsAt' | 'updatedAt'> & {
    endsAt: string;
    updatedAt: string;
  };
  await database.transaction(async (transaction) => {
    await keepSaleEvent(transaction, {
      ...known,
      endsAt: new Date(endsAt),
      updatedAt: new Date(updatedAt),
    });
  });
  // A deletion that came first stays: what is kept decides.
  return await findSaleEvent(database, id);
}
