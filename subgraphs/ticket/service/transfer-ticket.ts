import { badUserInput, notFound } from '@tixgo/platform/errors.ts';
import { assertUuid } from '@tixgo/platform/ids.ts';
import { cleanText } from '@tixgo/platform/input-text.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import type { TicketRecord } from '../domain/ticket.ts';
import { changeTickets, findTickets, logTickets } from '../store/ticket-store.ts';
import type { TicketDependencies } from './dependencies.ts';
import { assertMovable, lockOwnTicket } from './own-ticket.ts';
import { tellTickets } from './tell-changes.ts';
import { ticketNotice } from './ticket-facts.ts';

/**
 * Gives a ticket to somebody else, and voids the code that its holder had.
 * @throws NOT_FOUND for the ticket and for the user, BAD_USER_INPUT, CONFLICT, SUBGRAPH_UNAVAILABLE without identity
 */
export const transferTicket =
  ({ database, outbox, clock, lookup }: TicketDependencies) =>
  async (viewer: UserViewer, id: string, toUsername: string): Promise<TicketRecord> => {
    assertUuid(id, 'ticket');
    const username = cleanText(toUsername, { field: 'toUsername', max: 64 });
    // Names are looked up for those alone who have something to give.
    const [known] = await findTickets(database, [id]);
    if (known?.holderId !== viewer.id) throw notFound('ticket');
    await assertMovable(database, known, clock());
    const receiver = await lookup('identity', 'User', { username }, 'id bannedAt');
    if (typeof receiver?.id !== 'string' || typeof receiver.bannedAt === 'string') throw notFound('user');
    if (receiver.id === viewer.id) throw badUserInput('toUsername', 'The ticket is yours already.');
    const holderId = receiver.id;
    const now = clock();
    return await outbox.transaction(async (transaction, tell) => {
      const ticket = await lockOwnTicket(transaction, viewer, id);
      await assertMovable(transaction, ticket, now);
      const changed = await changeTickets(transaction, [id], { holderId, changesHands: true });
      await logTickets(transaction, changed, { change: 'TRANSFERRED', byId: viewer.id, at: now });
      await tellTickets(transaction, tell, changed, now);
      const { eventId } = ticket;
      const gift = { userId: holderId, eventId, ticketId: id, fromUserId: viewer.id };
      tell(ticketNotice({ kind: 'TICKET_RECEIVED', ...gift }, now));
      return changed[0] ?? ticket;
    });
  };
