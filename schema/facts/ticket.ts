import type { Amount } from './amount.ts';

/** Keyed by the order's id. */
export const ORDER_CHANGED = 'order.changed';
export const ORDER_REFUND_DUE = 'order.refund-due';
export const ORDER_REFUND_DECLINED = 'order.refund-declined';
/** Keyed by the ticket's id. */
export const TICKET_CHANGED = 'ticket.changed';
/** Keyed by the event's id. */
export const SALES_STARTED = 'ticket.sales-started';
/** Keyed by the key's id. */
export const TICKET_KEY_ADDED = 'ticket.key-added';

/** An order after each change and at its creation: a snapshot. */
export interface OrderChanged {
  readonly orderId: string;
  readonly eventId: string;
  readonly buyerId: string;
  readonly status: 'PENDING' | 'PAID' | 'EXPIRED' | 'CANCELED' | 'REFUNDED';
  readonly total: Amount;
  /** What of the total may be paid back: less than it once its buyer sold some of the tickets on. */
  readonly refundable: number;
  /** Until when it may be paid, as the buyer sees it. ISO 8601 in UTC, to the millisecond. */
  readonly expiresAt: string;
  /** Grows with every change of the order. A snapshot not newer than the known one is stale. */
  readonly version: number;
}

/** `ADMIN`: the answer to `payment.refund-requested`. */
export type RefundCause = 'ADMIN' | 'LATE_PAYMENT' | 'EVENT_CANCELED';

/**
 * What was paid for the order is to go back, or as much of it as is said. Of a payment that paid the order the payouts
 * behind it are held from now on, until `payment.refunded` or `payment.refund-failed` says what came of it, and no other
 * is due meanwhile: this one answers whoever else has asked.
 */
export interface OrderRefundDue {
  readonly orderId: string;
  readonly paymentId: string;
  /** In minor units of the order's currency, from 1. */
  readonly amount: number;
  readonly cause: RefundCause;
}

/** Answers `payment.refund-requested`: nothing of it is left to pay back. */
export interface OrderRefundDeclined {
  readonly orderId: string;
  readonly paymentId: string;
}

/** A ticket as the door must know it, after each change and when it is issued: a snapshot. */
export interface TicketChanged {
  readonly ticketId: string;
  readonly eventId: string;
  /** `BLOCKED`: held back by an admin, or on resale. `UNPAID`: the payer's bank took the money back. */
  readonly standing: 'ADMISSIBLE' | 'BLOCKED' | 'UNPAID' | 'CANCELED';
  /** A code of a lower number is void: the ticket has changed hands since. */
  readonly codeNumber: number;
  /** Gates that admit it; null: every gate of the event. */
  readonly gates: readonly string[] | null;
  /** ISO 8601 in UTC, to the millisecond; null: unbounded. */
  readonly validFrom: string | null;
  readonly validUntil: string | null;
  /** Grows with every change of the ticket. A snapshot not newer than the known one is stale. */
  readonly version: number;
}

/** Somebody ordered tickets of an event for the first time, from when on it cannot be deleted. Once an event. */
export interface SalesStarted {
  readonly eventId: string;
}

/** A key that ticket codes are signed with, before the first code that it signs is shown. */
export interface TicketKeyAdded {
  /** The JWK thumbprint's start; codes name it as `kid`. */
  readonly kid: string;
  /** A public JWK (RFC 8037): kty OKP, crv Ed25519. */
  readonly jwk: { readonly kty: 'OKP'; readonly crv: 'Ed25519'; readonly x: string; readonly kid: string };
}
