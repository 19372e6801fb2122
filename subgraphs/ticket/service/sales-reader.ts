import { notFound } from '@tixgo/platform/errors.ts';
import { type Connection, Cursors, type PageArguments } from '@tixgo/platform/graphql/connection.ts';
import { isUuid } from '@tixgo/platform/ids.ts';
import { hasRole, isUser, type Viewer } from '@tixgo/platform/viewer.ts';
import type DataLoader from 'dataloader';
import type { ListingRecord, ListingStatus } from '../domain/listing.ts';
import { isHeld, type OrderLineRecord, type OrderRecord } from '../domain/order.ts';
import type { PayoutRecord } from '../domain/payout.ts';
import type { TicketRecord } from '../domain/ticket.ts';
import { available, type TicketTypeView } from '../domain/ticket-type.ts';
import type { ListingKey } from '../store/listing-store.ts';
import type { TicketDependencies } from './dependencies.ts';
import { assertMaySee, maySeeOrder } from './order-access.ts';
import { type SalesLoaders, salesLoaders } from './sales-loaders.ts';

export interface Sales {
  readonly types: readonly TicketTypeView[];
}

export interface TypeReader {
  typesOf(eventId: string): Promise<TicketTypeView[]>;
  findType(id: string): Promise<TicketTypeView | undefined>;
  /** @throws NOT_FOUND: a type that was ordered is never deleted, but one that a kept refusal names may be */
  getType(id: string): Promise<TicketTypeView>;
  availableOf(typeId: string): Promise<number>;
}

export interface OrderReader {
  /** @throws NOT_FOUND, for another's as well */
  getOrder(viewer: Viewer, id: string): Promise<OrderRecord>;
  /** Undefined for another's. */
  visibleOrder(viewer: Viewer, id: string): Promise<OrderRecord | undefined>;
  linesOf(orderId: string): Promise<OrderLineRecord[]>;
  /** All that it bought, to whomever they belong now. */
  ticketsOf(orderId: string): Promise<TicketRecord[]>;
  /** The viewer's own, or to staff all: what became of a ticket is no business of who sold it or gave it away. */
  visibleTicketsOf(viewer: Viewer, orderId: string): Promise<TicketRecord[]>;
  /** Its holder's and the staff's; undefined to others. */
  visibleTicket(viewer: Viewer, id: string): Promise<TicketRecord | undefined>;
}

export interface ResaleReader {
  listingsOf(eventId: string, args: PageArguments): Promise<Connection<ListingRecord>>;
  findListing(id: string): Promise<ListingRecord | undefined>;
  getListing(id: string): Promise<ListingRecord>;
  /** Held by an order whose time is over: open, though no sweep has come by. */
  visibleListingStatus(listing: ListingRecord): Promise<ListingStatus>;
  visiblePayout(viewer: Viewer, id: string): Promise<PayoutRecord | undefined>;
}

/** Reads for one request: however many things are asked about, each field costs one statement. */
export type SalesReader = TypeReader & OrderReader & ResaleReader;

export const salesReader = (dependencies: TicketDependencies) => (): SalesReader => {
  const loaders = salesLoaders(dependencies);
  return { ...typeReader(loaders), ...orderReader(loaders), ...resaleReader(loaders, dependencies) };
};

function typeReader({ types, typesOfEvent }: SalesLoaders): TypeReader {
  return {
    typesOf: typesOfEvent,
    findType: async (id) => await find(types, id),
    getType: async (id) => {
      const type = await types.load(id);
      if (!type) throw notFound('ticket type');
      return type;
    },
    availableOf: async (typeId) => {
      const type = await types.load(typeId);
      return type ? available(type) : 0;
    },
  };
}

function orderReader({ orders, tickets, linesOfOrder, purchasesOfOrder }: SalesLoaders): OrderReader {
  const visibleOrder = async (viewer: Viewer, id: string) => {
    const order = await find(orders, id);
    return order && maySeeOrder(viewer, order) ? order : undefined;
  };
  const ticketsOf = async (orderId: string) => {
    const bought = await purchasesOfOrder(orderId);
    const found = await Promise.all(bought.map(({ ticketId }) => tickets.load(ticketId)));
    return found.filter((ticket) => ticket !== undefined);
  };
  return {
    getOrder: async (viewer, id) => {
      const order = await find(orders, id);
      assertMaySee(viewer, order);
      return order;
    },
    visibleOrder,
    linesOf: linesOfOrder,
    ticketsOf,
    visibleTicketsOf: async (viewer, orderId) => {
      const bought = await ticketsOf(orderId);
      return bought.filter((ticket) => maySeeTicket(viewer, ticket));
    },
    visibleTicket: async (viewer, id) => {
      const ticket = await find(tickets, id);
      return ticket && maySeeTicket(viewer, ticket) ? ticket : undefined;
    },
  };
}

function maySeeTicket(viewer: Viewer, { holderId }: TicketRecord): boolean {
  return isUser(viewer, holderId) || hasRole(viewer, 'SCANNER');
}

function resaleReader(
  { orders, listings, payouts, openListingsOfEvent }: SalesLoaders,
  { clock }: Pick<TicketDependencies, 'clock'>,
): ResaleReader {
  return {
    listingsOf: async (eventId, args) => {
      const cursors = new Cursors<ListingKey>(`resale:${eventId}`, isListingKey);
      const page = cursors.page(args);
      const open = await openListingsOfEvent(eventId, page);
      return cursors.connection(open, page, ({ price, id }) => [String(price), id]);
    },
    findListing: async (id) => await find(listings, id),
    getListing: async (id) => {
      const listing = await listings.load(id);
      if (!listing) throw new Error(`Listing ${id} is gone.`);
      return listing;
    },
    visibleListingStatus: async ({ status, orderId }) => {
      const order = status === 'RESERVED' && orderId !== null ? await orders.load(orderId) : undefined;
      return order && !isHeld(order, clock()) ? 'OPEN' : status;
    },
    visiblePayout: async (viewer, id) => {
      const payout = await find(payouts, id);
      return payout && (isUser(viewer, payout.sellerId) || hasRole(viewer, 'ADMIN')) ? payout : undefined;
    },
  };
}

async function find<Found>(
  loader: DataLoader<string, Found | undefined>,
  id: string,
): Promise<Found | undefined> {
  return isUuid(id) ? await loader.load(id.toLowerCase()) : undefined;
}

function isListingKey([price = '', id = '', ...more]: readonly string[]): boolean {
  return /^\d{1,9}$/.test(price) && isUuid(id) && more.length === 0;
}
