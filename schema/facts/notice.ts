/**
 * Keyed by the id of the user whom it is for, so that one that cannot be written down holds back nobody's order or
 * ticket.
 */
export const TICKET_NOTICE = 'ticket.notice';

/**
 * Something about tickets that a user should be told outside of TixGo. It names things and carries none of their
 * contents: a ticket's code stays with the ticket service, and a mail that is late says what holds then.
 */
export type TicketNotice = OrderConfirmed | TicketReceived | EventCanceled;

interface Notice {
  readonly userId: string;
  readonly eventId: string;
}

/** The order is paid, or was free, and has its tickets. Once an order. */
interface OrderConfirmed extends Notice {
  readonly kind: 'ORDER_CONFIRMED';
  readonly orderId: string;
}

/** Somebody gave the user a ticket. */
interface TicketReceived extends Notice {
  readonly kind: 'TICKET_RECEIVED';
  readonly ticketId: string;
  readonly fromUserId: string;
}

/** Tickets that the user held are void, because the event is canceled. Once for each order that they are of. */
interface EventCanceled extends Notice {
  readonly kind: 'EVENT_CANCELED';
}
