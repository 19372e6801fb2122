import { conflict, notFound } from '@tixgo/platform/errors.ts';
import { assertUuid } from '@tixgo/platform/ids.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import type { ListingRecord } from '../domain/listing.ts';
import { findListings, moveListing } from '../store/listing-store.ts';
import { changeTickets } from '../store/ticket-store.ts';
import type { TicketDependencies } from './dependencies.ts';
import { lockWithListings } from './lock-tickets.ts';
import { releaseLapsedOrdersOf } from './release-orders.ts';
import { tellTickets } from './tell-changes.ts';

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
      await lockWithListings(transaction, [known.ticketId]);
      const [listing = known] = await findListings(transaction, [id]);
      if (listing.status === 'CANCELED') return listing;
      if (listing.status !== 'OPEN')
        throw conflict(listing.status === 'SOLD' ? 'The ticket is sold.' : 'Somebody is buying the ticket.');
      const freed = await changeTickets(transaction, [listing.ticketId], { status: 'VALID' });
      await tellTickets(transaction, tell, freed, now);
      return await moveListing(transaction, id, 'CANCELED', null);
    });
  };
};
