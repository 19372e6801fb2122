import { hasRole, isUser, type Viewer } from '@tixgo/platform/viewer.ts';
import { type OrderRecord, visibleStatus } from '../domain/order.ts';
import { doorStanding } from '../domain/ticket.ts';
import { blockTicket, unblockTicket } from './block-ticket.ts';
import { cancelListing } from './cancel-listing.ts';
import { cancelOrder } from './cancel-order.ts';
import { createTicketType } from './create-ticket-type.ts';
import { deleteTicketType } from './delete-ticket-type.ts';
import type { TicketDependencies } from './dependencies.ts';
import { listKeys } from './list-keys.ts';
import { listMyTickets } from './list-my-tickets.ts';
import { listMyOrders, listOrders } from './list-orders.ts';
import { listMyPayouts, listPayouts } from './list-payouts.ts';
import { listTicket } from './list-ticket.ts';
import { publishKeys } from './publish-keys.ts';
import { sweepLapsedOrders } from './release-orders.ts';
import { reserveListing } from './reserve-listing.ts';
import { reserveTickets } from './reserve-tickets.ts';
import { salesReader } from './sales-reader.ts';
import { settlePayout } from './settle-payout.ts';
import { codeFor, qrFor } from './show-ticket.ts';
import { transferTicket } from './transfer-ticket.ts';
import { unwindCanceledEvents } from './unwind-canceled-events.ts';
import { updateTicketType } from './update-ticket-type.ts';

/** Every use case, bound to what it works with. */
export function ticketServices(dependencies: TicketDependencies) {
  return {
    blockTicket: blockTicket(dependencies),
    cancelListing: cancelListing(dependencies),
    cancelOrder: cancelOrder(dependencies),
    codeFor: codeFor(dependencies.codes),
    createTicketType: createTicketType(dependencies),
    deleteTicketType: deleteTicketType(dependencies),
    doorStanding,
    listKeys: listKeys(dependencies),
    listMyOrders: listMyOrders(dependencies),
    listMyPayouts: listMyPayouts(dependencies),
    listMyTickets: listMyTickets(dependencies),
    listOrders: listOrders(dependencies),
    listPayouts: listPayouts(dependencies),
    listTicket: listTicket(dependencies),
    /** The seller's own and the ADMINs' to know. */
    mayKnowSeller: (viewer: Viewer, sellerId: string) => isUser(viewer, sellerId) || hasRole(viewer, 'ADMIN'),
    publishKeys: publishKeys(dependencies),
    qrFor: qrFor(dependencies.codes),
    reserveListing: reserveListing(dependencies),
    reserveTickets: reserveTickets(dependencies),
    salesReader: salesReader(dependencies),
    settlePayout: settlePayout(dependencies),
    sweepLapsedOrders: sweepLapsedOrders(dependencies),
    transferTicket: transferTicket(dependencies),
    unblockTicket: unblockTicket(dependencies),
    unwindCanceledEvents: unwindCanceledEvents(dependencies),
    updateTicketType: updateTicketType(dependencies),
    visibleStatus: (order: OrderRecord) => visibleStatus(order, dependencies.clock()),
  };
}

export type TicketServices = ReturnType<typeof ticketServices>;
