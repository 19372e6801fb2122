import { dateTimeScalar } from '@tixgo/platform/graphql/date-time.ts';
import { minorUnitsScalar } from '@tixgo/platform/graphql/minor-units.ts';
import type { Resolvers } from '../generated/resolver-types.ts';
import { Event, EventSummary } from './Event.ts';
import { blockTicket } from './mutations/blockTicket.ts';
import { cancelListing } from './mutations/cancelListing.ts';
import { cancelOrder } from './mutations/cancelOrder.ts';
import { createTicketType } from './mutations/createTicketType.ts';
import { deleteTicketType } from './mutations/deleteTicketType.ts';
import { listTicket } from './mutations/listTicket.ts';
import { reserveListing } from './mutations/reserveListing.ts';
import { reserveTickets } from './mutations/reserveTickets.ts';
import { settlePayout } from './mutations/settlePayout.ts';
import { transferTicket } from './mutations/transferTicket.ts';
import { unblockTicket } from './mutations/unblockTicket.ts';
import { updateTicketType } from './mutations/updateTicketType.ts';
import { Order, OrderLine } from './Order.ts';
import { Query } from './Query.ts';
import { Payout, ResaleListing } from './ResaleListing.ts';
import {
  LimitExceeded,
  ReserveListingResult,
  ReserveTicketsResult,
  SalesClosed,
  SoldOut,
} from './results.ts';
import { SalesSummary, TypeSales } from './SalesSummary.ts';
import { Ticket } from './Ticket.ts';
import { TicketType } from './TicketType.ts';

export const resolvers: Resolvers = {
  DateTime: dateTimeScalar,
  MinorUnits: minorUnitsScalar,
  Query,
  Mutation: {
    blockTicket,
    cancelListing,
    cancelOrder,
    createTicketType,
    deleteTicketType,
    listTicket,
    reserveListing,
    reserveTickets,
    settlePayout,
    transferTicket,
    unblockTicket,
    updateTicketType,
  },
  Event,
  EventSummary,
  LimitExceeded,
  Order,
  OrderLine,
  Payout,
  ResaleListing,
  ReserveListingResult,
  ReserveTicketsResult,
  SalesClosed,
  SalesSummary,
  SoldOut,
  Ticket,
  TicketType,
  TypeSales,
};
