import { batchedByArguments } from '@tixgo/platform/graphql/batched-by-arguments.ts';
import type { Page } from '@tixgo/platform/graphql/connection.ts';
import { loaderById } from '@tixgo/platform/graphql/loader-by-id.ts';
import { findListings, type ListingKey, listOpenListings } from '../store/listing-store.ts';
import { findLines, findOrders } from '../store/order-store.ts';
import { findPayouts } from '../store/payout-store.ts';
import { findPurchases, findTickets } from '../store/ticket-store.ts';
import { findTicketTypes, findTypesOfEvents } from '../store/ticket-type-store.ts';
import type { TicketDependencies } from './dependencies.ts';

type Ids = readonly string[];
type Identified = { readonly id: string };

const byId = <Found extends Identified>(load: (ids: Ids) => Promise<readonly Found[]>) =>
  loaderById(load, ({ id }) => id);

/** Those of each thing, by its id. */
function listedBy<Item>(load: (ids: Ids) => Promise<Item[]>, idOf: (item: Item) => string) {
  const loadLists = batchedByArguments(
    async (ids, _none: null) => Map.groupBy(await load(ids), idOf),
    (): Item[] => [],
  );
  return async (id: string) => await loadLists(id, null);
}

/** What one request reads: each kind of thing in one statement, however many are asked for. */
export function salesLoaders({ database, clock }: TicketDependencies) {
  return {
    types: byId((ids) => findTicketTypes(database, ids, clock())),
    orders: byId((ids) => findOrders(database, ids)),
    tickets: byId((ids) => findTickets(database, ids)),
    listings: byId((ids) => findListings(database, ids)),
    payouts: byId((ids) => findPayouts(database, ids)),
    typesOfEvent: listedBy(
      (ids) => findTypesOfEvents(database, ids, clock()),
      ({ eventId }) => eventId,
    ),
    linesOfOrder: listedBy(
      (ids) => findLines(database, ids),
      ({ orderId }) => orderId,
    ),
    purchasesOfOrder: listedBy(
      (ids) => findPurchases(database, ids),
      ({ orderId }) => orderId,
    ),
    openListingsOfEvent: batchedByArguments(
      async (ids, page: Page<ListingKey>) =>
        Map.groupBy(await listOpenListings(database, ids, page, clock()), ({ eventId }) => eventId),
      () => [],
    ),
  };
}

export type SalesLoaders = ReturnType<typeof salesLoaders>;
