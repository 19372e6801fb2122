import type { Transaction } from '@tixgo/platform/database/database.ts';
import { conflict, notFound } from '@tixgo/platform/errors.ts';
import {
  cleanIdempotencyKey,
  findAnswer,
  keepAnswers,
  withTwins,
} from '@tixgo/platform/idempotency/idempotency.ts';
import { assertUuid, newId } from '@tixgo/platform/ids.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import type { ListingRecord } from '../domain/listing.ts';
import { newOrder, type OrderRecord } from '../domain/order.ts';
import { isOver, orWhenOver } from '../domain/ticket-type.ts';
import { findListings, moveListing } from '../store/listing-store.ts';
import { insertOrders } from '../store/order-store.ts';
import { findSaleEvent } from '../store/sale-event-store.ts';
import { idempotencyKeys } from '../store/tables.ts';
import { findTicketTypes } from '../store/ticket-type-store.ts';
import type { TicketDependencies } from './dependencies.ts';
import { lockWithListings } from './lock-tickets.ts';
import { releaseLapsedOrdersOf } from './release-orders.ts';
import { type Tell, tellOrders } from './tell-changes.ts';

export interface ListingGoneAnswer {
  readonly kind: 'ListingGone';
  readonly message: string;
}

export type ReserveListingOutcome = { readonly kind: 'Order'; readonly orderId: string } | ListingGoneAnswer;

const gone: ListingGoneAnswer = {
  kind: 'ListingGone',
  message: 'Somebody else was faster, or it was withdrawn.',
};

/** Holds a listed ticket for a buyer. @throws NOT_FOUND, CONFLICT for one's own, IDEMPOTENCY_KEY_REUSED */
export const reserveListing = (dependencies: TicketDependencies) => {
  const { database, outbox, clock, settings } = dependencies;
  return async (viewer: UserViewer, id: string, idempotencyKey: string): Promise<ReserveListingOutcome> => {
    assertUuid(id, 'listing');
    const key = cleanIdempotencyKey(idempotencyKey);
    const request = { viewerId: viewer.id, operation: 'reserveListing', key, input: { id } };
    const [known] = await findListings(database, [id]);
    if (!known) throw notFound('listing');
    if (known.status === 'RESERVED') await releaseLapsedOrdersOf(dependencies, known.eventId);
    const now = clock();
    const expiresAt = new Date(now.getTime() + settings.orderWindowSeconds * 1000);
    return await withTwins(
      async () =>
        await outbox.transaction(async (transaction, tell) => {
          const earlier = await findAnswer<ReserveListingOutcome>(transaction, idempotencyKeys, request);
          if (earlier) return earlier;
          const answer = await hold(transaction, tell, { viewer, known, now, expiresAt });
          await keepAnswers(transaction, idempotencyKeys, [{ request, answer }], now);
          return answer;
        }),
    );
  };
};

interface Hold {
  readonly viewer: UserViewer;
  readonly known: ListingRecord;
  readonly now: Date;
  readonly expiresAt: Date;
}

async function hold(
  transaction: Transaction,
  tell: Tell,
  { viewer, known: { id, ticketId }, now, expiresAt }: Hold,
): Promise<ReserveListingOutcome> {
  await lockWithListings(transaction, [ticketId]);
  const [listing] = await findListings(transaction, [id]);
  if (listing?.sellerId === viewer.id) throw conflict('The ticket is yours; cancel the listing to keep it.');
  const event = listing && (await findSaleEvent(transaction, listing.eventId));
  if (listing?.status !== 'OPEN' || event?.status !== 'PUBLISHED' || event.endsAt <= now) return gone;
  const [type] = await findTicketTypes(transaction, [listing.typeId], now);
  if (!type || isOver(type, now)) return gone;
  const order = orderOf(listing, viewer, now, orWhenOver(expiresAt, [type]));
  const { typeId, price, currency } = listing;
  await insertOrders(transaction, [order], [{ orderId: order.id, typeId, quantity: 1, price, currency }]);
  await moveListing(transaction, id, 'RESERVED', order.id);
  await tellOrders(transaction, tell, [order], now);
  return { kind: 'Order', orderId: order.id };
}

function orderOf(listing: ListingRecord, viewer: UserViewer, now: Date, expiresAt: Date): OrderRecord {
  return newOrder({
    id: newId(),
    eventId: listing.eventId,
    buyerId: viewer.id,
    total: listing.price,
    currency: listing.currency,
    expiresAt,
    listingId: listing.id,
    createdAt: now,
  });
}
