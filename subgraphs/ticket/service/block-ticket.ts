import { conflict, notFound } from '@tixgo/platform/errors.ts';
import { assertUuid } from '@tixgo/platform/ids.ts';
import { cleanText } from '@tixgo/platform/input-text.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import { doorStanding, type TicketRecord } from '../domain/ticket.ts';
import { changeTickets, logTickets } from '../store/ticket-store.ts';
import type { TicketDependencies } from './dependencies.ts';
import { lockWithListings } from './lock-tickets.ts';
import { tellTickets } from './tell-changes.ts';
import { takeOffResale } from './void-tickets.ts';

/** Holds a ticket back at the door. @throws NOT_FOUND, BAD_USER_INPUT, CONFLICT for a void one */
export const blockTicket =
  (dependencies: TicketDependencies) =>
  async (viewer: UserViewer, id: string, reason: string): Promise<TicketRecord> =>
    await setBlocked(dependencies, viewer, id, cleanText(reason, { field: 'reason', max: 500 }));

/** One that is not blocked is answered as it is. @throws NOT_FOUND */
export const unblockTicket =
  (dependencies: TicketDependencies) =>
  async (viewer: UserViewer, id: string): Promise<TicketRecord> =>
    await setBlocked(dependencies, viewer, id, null);

async function setBlocked(
  { outbox, clock }: TicketDependencies,
  viewer: UserViewer,
  id: string,
  blockedReason: string | null,
): Promise<TicketRecord> {
  assertUuid(id, 'ticket');
  const now = clock();
  return await outbox.transaction(async (transaction, tell) => {
    const [ticket] = await lockWithListings(transaction, [id]);
    if (!ticket) throw notFound('ticket');
    if (ticket.blockedReason === blockedReason) return ticket;
    if (doorStanding(ticket) === 'CANCELED') throw conflict('The ticket is void.');
    // Nobody is to buy what the door refuses.
    if (blockedReason !== null) await takeOffResale(transaction, tell, [ticket], now);
    const changed = await changeTickets(transaction, [id], { blockedReason });
    const change = blockedReason === null ? 'UNBLOCKED' : 'BLOCKED';
    await logTickets(transaction, changed, {
      change,
      byId: viewer.id,
      at: now,
      ...(blockedReason !== null && { note: blockedReason }),
    });
    await tellTickets(transaction, tell, changed, now);
    return changed[0] ?? ticket;
  });
}
