import type { Queryable, Transaction } from '@tixgo/platform/database/database.ts';
import { conflict, notFound } from '@tixgo/platform/errors.ts';
import { assertUuid } from '@tixgo/platform/ids.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import { type TicketRecord, whyBound } from '../domain/ticket.ts';
import { isOver } from '../domain/ticket-type.ts';
import { findSaleEvent } from '../store/sale-event-store.ts';
import { findTicketTypes } from '../store/ticket-type-store.ts';
import { lockWithListings } from './lock-tickets.ts';

/** @throws NOT_FOUND for another's as well */
export async function lockOwnTicket(
  transaction: Transaction,
  viewer: UserViewer,
  id: string,
): Promise<TicketRecord> {
  assertUuid(id, 'ticket');
  const [ticket] = await lockWithListings(transaction, [id]);
  if (ticket?.holderId !== viewer.id) throw notFound('ticket');
  return ticket;
}

/** @throws CONFLICT for a ticket that cannot change hands, or of an event that is canceled or over */
export async function assertMovable(database: Queryable, ticket: TicketRecord, now: Date): Promise<void> {
  const bound = whyBound(ticket);
  if (bound !== undefined) throw conflict(bound);
  const event = await findSaleEvent(database, ticket.eventId);
  if (event?.status !== 'PUBLISHED') throw conflict('The event is canceled.');
  if (event.endsAt <= now) throw conflict('The event is over.');
  const [type] = await findTicketTypes(database, [ticket.typeId], now);
  if (type && isOver(type, now)) throw conflict('The ticket has lapsed: its time to come in is over.');
}
