import { badUserInput, conflict, notFound } from '@tixgo/platform/errors.ts';
import { assertUuid, newId } from '@tixgo/platform/ids.ts';
import { cleanMoney, type Money } from '@tixgo/platform/money.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import { highestResalePrice, type ListingRecord } from '../domain/listing.ts';
import type { TicketRecord } from '../domain/ticket.ts';
import { findListings, insertListing, lockListing, moveListing } from '../store/listing-store.ts';
import { changeTickets, lockTickets } from '../store/ticket-store.ts';
import type { TicketDependencies } from './dependencies.ts';
import { assertMovable, lockOwnTicket } from './own-ticket.ts';
import { releaseLapsedOrdersOf } from './release-orders.ts';
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

/** @throws NOT_FOUND for another's as well, CONFLICT while somebody holds it and once it is sold */
export const cancelListing = (dependencies: TicketDependencies) => {
  const { database, outbox, clock } = dependencies;
  return async (viewer: UserViewer, id: string): Promise<ListingRecord> => {
    assertUuid(id, 'listing');
    const [known] = await findListings(database, [id]);
    if (known?.sellerId !== viewer.id) throw notFound('listing');
    if (known.status === 'RESERVED') await releaseLapsedOrdersOf(dependencies, known.eventId);
    const now = clock();
    return await outbox.transaction(async (transaction, tell) => {
      const listing = (await lockListing(transaction, id)) ?? known;
      if (listing.status === 'CANCELED') return listing;
      if (listing.status !== 'OPEN')
        throw conflict(listing.status === 'SOLD' ? 'The ticket is sold.' : 'Somebody is buying the ticket.');
      await lockTickets(transaction, [listing.ticketId]);
      const freed = await changeTickets(transaction, [listing.ticketId], { status: 'VALID' });
      await tellTickets(transaction, tell, freed, now);
      return await moveListing(transaction, id, 'CANCELED', null);
    });
  };
};
