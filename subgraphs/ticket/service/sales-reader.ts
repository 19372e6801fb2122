import { badUserInput, notFound } from '@tixgo/platform/errors.ts';
import { batchedByArguments } from '@tixgo/platform/graphql/batched-by-arguments.ts';
import {
  type Connection,
  Cursors,
  type Page,
  type PageArguments,
} from '@tixgo/platform/graphql/connection.ts';
import { assertUuid, isUuid } from '@tixgo/platform/ids.ts';
import { hasRole, isUser, type UserViewer, type Viewer } from '@tixgo/platform/viewer.ts';
import DataLoader from 'dataloader';
import type { ListingRecord, ListingStatus } from '../domain/listing.ts';
import { isHeld, type OrderLineRecord, type OrderRecord, type OrderStatus } from '../domain/order.ts';
import type { PayoutRecord, PayoutStatus } from '../domain/payout.ts';
import type { TicketRecord } from '../domain/ticket.ts';
import { available, type TicketTypeView } from '../domain/ticket-type.ts';
import { findListings, type ListingKey, listOpenListings } from '../store/listing-store.ts';
import { findLines, findOrders, type IdKey, listOrders } from '../store/order-store.ts';
import { findPayouts, listPayouts } from '../store/payout-store.ts';
import { findPurchases, findTickets, listTicketsOf } from '../store/ticket-store.ts';
import { findTicketTypes, findTypesOfEvents } from '../store/ticket-type-store.ts';
import type { TicketDependencies } from './dependencies.ts';
import { isEventId } from './know-event.ts';
import { assertMaySee, maySeeOrder } from './order-access.ts';

type Optional<T> = T | null | undefined;

export interface Sales {
  readonly types: readonly TicketTypeView[];
}

export interface OrderFilterInput {
  readonly eventId?: Optional<string>;
  readonly status?: Optional<OrderStatus>;
  readonly buyerId?: Optional<string>;
}

export interface PayoutFilterInput {
  readonly status?: Optional<PayoutStatus>;
  readonly sellerId?: Optional<string>;
}

/** Reads for one request: however many things are asked about, each field costs one statement. */
export interface SalesReader {
  typesOf(eventId: string): Promise<TicketTypeView[]>;
  findType(id: string): Promise<TicketTypeView | undefined>;
  /** @throws NOT_FOUND: a type that was ordered is never deleted, but one that a kept refusal names may be */
  getType(id: string): Promise<TicketTypeView>;
  listingsOf(eventId: string, args: PageArguments): Promise<Connection<ListingRecord>>;
  /** @throws NOT_FOUND, for another's as well */
  getOrder(viewer: Viewer, id: string): Promise<OrderRecord>;
  linesOf(orderId: string): Promise<OrderLineRecord[]>;
  /** All that it bought, to whomever they belong now. */
  ticketsOf(orderId: string): Promise<TicketRecord[]>;
  /** Without those that its buyer sold on, but for staff: whose they are since is no business of the seller's. */
  visibleTicketsOf(viewer: Viewer, orderId: string): Promise<TicketRecord[]>;
  availableOf(typeId: string): Promise<number>;
  /** Its holder's, its buyer's and the staff's; undefined to others. */
  visibleTicket(viewer: Viewer, id: string): Promise<TicketRecord | undefined>;
  /** Undefined for another's. */
  visibleOrder(viewer: Viewer, id: string): Promise<OrderRecord | undefined>;
  visiblePayout(viewer: Viewer, id: string): Promise<PayoutRecord | undefined>;
  findListing(id: string): Promise<ListingRecord | undefined>;
  getListing(id: string): Promise<ListingRecord>;
  /** Held by an order whose time is over: open, though no sweep has come by. */
  visibleListingStatus(listing: ListingRecord): Promise<ListingStatus>;
  orders(args: PageArguments & { filter?: Optional<OrderFilterInput> }): Promise<Connection<OrderRecord>>;
  myOrders(viewer: UserViewer, args: PageArguments): Promise<Connection<OrderRecord>>;
  myTickets(viewer: UserViewer, args: PageArguments): Promise<Connection<TicketRecord>>;
  payouts(args: PageArguments & { filter?: Optional<PayoutFilterInput> }): Promise<Connection<PayoutRecord>>;
  myPayouts(viewer: UserViewer, args: PageArguments): Promise<Connection<PayoutRecord>>;
}

export const salesReader = (dependencies: TicketDependencies) => (): SalesReader => {
  const { database, clock } = dependencies;
  const types = oneEach(async (ids) => await findTicketTypes(database, ids, clock()));
  const orders = oneEach(async (ids) => await findOrders(database, ids));
  const tickets = oneEach(async (ids) => await findTickets(database, ids));
  const listings = oneEach(async (ids) => await findListings(database, ids));
  const payouts = oneEach(async (ids) => await findPayouts(database, ids));
  const typesOfEvents = batchedByArguments(
    async (ids, _none: null) =>
      Map.groupBy(await findTypesOfEvents(database, ids, clock()), ({ eventId }) => eventId),
    () => [],
  );
  const lines = batchedByArguments(
    async (ids, _none: null) => Map.groupBy(await findLines(database, ids), ({ orderId }) => orderId),
    () => [],
  );
  const purchases = batchedByArguments(
    async (ids, _none: null) => Map.groupBy(await findPurchases(database, ids), ({ orderId }) => orderId),
    () => [],
  );
  const openListings = batchedByArguments(
    async (ids, page: Page<ListingKey>) =>
      Map.groupBy(await listOpenListings(database, ids, page, clock()), ({ eventId }) => eventId),
    () => [],
  );
  const find = async <Node>(loader: DataLoader<string, Node | undefined>, id: string) =>
    isUuid(id) ? await loader.load(id.toLowerCase()) : undefined;

  const visibleOrder = async (viewer: Viewer, id: string) => {
    const order = await find(orders, id);
    return order && maySeeOrder(viewer, order) ? order : undefined;
  };

  const ticketsOf = async (orderId: string) => {
    const bought = await purchases(orderId, null);
    const found = await Promise.all(bought.map(({ ticketId }) => tickets.load(ticketId)));
    return found.filter((ticket) => ticket !== undefined);
  };

  return {
    typesOf: async (eventId) => await typesOfEvents(eventId, null),
    findType: async (id) => await find(types, id),
    getType: async (id) => {
      const type = await types.load(id);
      if (!type) throw notFound('ticket type');
      return type;
    },
    listingsOf: async (eventId, args) => {
      const cursors = new Cursors<ListingKey>(`resale:${eventId}`, isListingKey);
      const page = cursors.page(args);
      return cursors.connection(await openListings(eventId, page), page, ({ price, id }) => [
        String(price),
        id,
      ]);
    },
    visibleOrder,
    getOrder: async (viewer, id) => {
      assertUuid(id, 'order');
      const order = await find(orders, id);
      assertMaySee(viewer, order);
      return order;
    },
    linesOf: async (orderId) => await lines(orderId, null),
    ticketsOf,
    visibleTicketsOf: async (viewer, orderId) => {
      const bought = await ticketsOf(orderId);
      return hasRole(viewer, 'SCANNER') ? bought : bought.filter((ticket) => ticket.orderId === orderId);
    },
    availableOf: async (typeId) => {
      const type = await types.load(typeId);
      return type ? available(type) : 0;
    },
    visibleTicket: async (viewer, id) => {
      const ticket = await find(tickets, id);
      if (!ticket || isUser(viewer, ticket.holderId) || hasRole(viewer, 'SCANNER')) return ticket;
      return (await visibleOrder(viewer, ticket.orderId)) && ticket;
    },
    visiblePayout: async (viewer, id) => {
      const payout = await find(payouts, id);
      return payout && (isUser(viewer, payout.sellerId) || hasRole(viewer, 'ADMIN')) ? payout : undefined;
    },
    getListing: async (id) => {
      const listing = await listings.load(id);
      if (!listing) throw new Error(`Listing ${id} is gone.`);
      return listing;
    },
    visibleListingStatus: async ({ status, orderId }) => {
      const order = status === 'RESERVED' && orderId !== null ? await orders.load(orderId) : undefined;
      return order && !isHeld(order, clock()) ? 'OPEN' : status;
    },
    findListing: async (id) => await find(listings, id),
    orders: async ({ filter, ...args }) =>
      await byId('orders', args, async (page) => {
        const { eventId = null, status = null, buyerId = null } = filter ?? {};
        if (eventId !== null && !isEventId(eventId))
          throw badUserInput('filter.eventId', 'filter.eventId is not the id of an event.');
        assertUserId(buyerId, 'filter.buyerId');
        return await listOrders(database, page, { eventId, status, buyerId }, clock());
      }),
    myOrders: async (viewer, args) => {
      const filter = { eventId: null, status: null, buyerId: viewer.id };
      return await byId('myOrders', args, async (page) => await listOrders(database, page, filter, clock()));
    },
    myTickets: async (viewer, args) =>
      await byId('myTickets', args, async (page) => await listTicketsOf(database, page, viewer.id)),
    payouts: async ({ filter, ...args }) =>
      await byId('payouts', args, async (page) => {
        const { status = null, sellerId = null } = filter ?? {};
        assertUserId(sellerId, 'filter.sellerId');
        return await listPayouts(database, page, { status, sellerId });
      }),
    myPayouts: async (viewer, args) =>
      await byId(
        'myPayouts',
        args,
        async (page) => await listPayouts(database, page, { status: null, sellerId: viewer.id }),
      ),
  };
};

function oneEach<Node extends { readonly id: string }>(load: (ids: readonly string[]) => Promise<Node[]>) {
  return new DataLoader<string, Node | undefined>(async (ids) => {
    const found = new Map((await load(ids)).map((node) => [node.id, node]));
    return ids.map((id) => found.get(id));
  });
}

/** A list whose rows sort by their ids. */
async function byId<Node extends { readonly id: string }>(
  list: string,
  args: PageArguments,
  rows: (page: Page<IdKey>) => Promise<readonly Node[]>,
): Promise<Connection<Node>> {
  const cursors = new Cursors<IdKey>(list, ([id, ...more]) => more.length === 0 && isUuid(id ?? ''));
  const page = cursors.page(args);
  return cursors.connection(await rows(page), page, ({ id }) => [id]);
}

function isListingKey([price = '', id = '', ...more]: readonly string[]): boolean {
  return /^\d{1,9}$/.test(price) && isUuid(id) && more.length === 0;
}

function assertUserId(id: string | null, field: string): void {
  if (id !== null && !isUuid(id)) throw badUserInput(field, `${field} is not the id of a user.`);
}
