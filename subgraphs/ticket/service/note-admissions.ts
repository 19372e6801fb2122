import type { Transaction } from '@tixgo/platform/database/database.ts';
import { isUuid } from '@tixgo/platform/ids.ts';
import type { TicketsAdmitted } from '@tixgo/schema/facts/attendance.ts';
import { changeTickets } from '../store/ticket-store.ts';
import { lockWithListings } from './lock-tickets.ts';
import type { Tell } from './tell-changes.ts';
import { takeOffResale } from './void-tickets.ts';

/** The door let tickets in, or took that back. A ticket that was used is not for sale any more. */
export async function noteAdmissions(
  transaction: Transaction,
  tell: Tell,
  { tickets }: TicketsAdmitted,
  now: Date,
): Promise<void> {
  const told = new Map(tickets.map(({ ticketId, admitted }) => [ticketId, admitted]));
  const held = await lockWithListings(transaction, [...told.keys()].filter(isUuid));
  for (const admitted of [true, false]) {
    const concerned = held.filter(({ id }) => told.get(id) === admitted);
    const changed = concerned.filter((ticket) => ticket.admitted !== admitted).map(({ id }) => id);
    await changeTickets(transaction, changed, { admitted });
    if (admitted) await takeOffResale(transaction, tell, concerned, now);
  }
}
