import { badUserInput } from '@tixgo/platform/errors.ts';
import { newId } from '@tixgo/platform/ids.ts';
import { cleanMoney, type Money } from '@tixgo/platform/money.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import { highestResalePrice, type ListingRecord } from '../domain/listing.ts';
import type { TicketRecord } from '../domain/ticket.ts';
import { insertListing } from '../store/listing-store.ts';
import { changeTickets } from '../store/ticket-store.ts';
import type { TicketDependencies } from './dependencies.ts';
import { assertMovable, lockOwnTicket } from './own-ticket.ts';
import { tellTickets } from './tell-changes.ts';

/** Offers a ticket for resale. The door refuses it until the listing ends. @throws NOT_FOUND, BAD_USER_INPUT, CONFLICT */
export const listTicket =
  ({ outbox, clock, settings }: TicketDependencies) =>
  async (viewer: UserViewer, ticketId: string, price: Money): Promise<ListingRecord> => {
    const wanted = cleanMoney(price, 'price');
    const now = clock();
    return await outbox.transaction(async (transaction, tell) => {
      const ticket = await lockOwnTicket(transaction, viewer, ticketId);
      await assertMovable(transaction, ticket, now);
      assertFairPrice(ticket, wanted, settings.resaleMaxPercent);
      const listing: ListingRecord = {
        id: newId(),
        ticketId: ticket.id,
        typeId: ticket.typeId,
        eventId: ticket.eventId,
        sellerId: viewer.id,
        price: wanted.amount,
        currency: wanted.currency,
        status: 'OPEN',
        orderId: null,
        createdAt: now,
      };
      await insertListing(transaction, listing);
      const listed = await changeTickets(transaction, [ticket.id], { status: 'LISTED' });
      await tellTickets(transaction, tell, listed, now);
      return listing;
    });
  };

function assertFairPrice(ticket: TicketRecord, { amount, currency }: Money, maxPercent: number): void {
  if (currency !== ticket.currency)
    throw badUserInput('price.currency', `The ticket was sold in ${ticket.currency}.`);
  const highest = highestResalePrice(ticket.faceValue, maxPercent);
  if (highest === 0) throw badUserInput('price.amount', 'A free ticket cannot be sold; transfer it instead.');
  if (amount < 1 || amount > highest)
    throw badUserInput('price.amount', `price.amount must be from 1 to ${highest}.`);
}
