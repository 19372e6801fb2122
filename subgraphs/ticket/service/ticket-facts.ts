import type { SigningKey } from '@tixgo/platform/compact-jws.ts';
import type { NewFact } from '@tixgo/platform/facts/fact.ts';
import type { TicketNotice } from '@tixgo/schema/facts/notice.ts';
import type {
  OrderChanged,
  OrderRefundDue,
  SalesStarted,
  TicketChanged,
  TicketKeyAdded,
} from '@tixgo/schema/facts/ticket.ts';
import type { OrderRecord } from '../domain/order.ts';
import { doorStanding, type TicketRecord } from '../domain/ticket.ts';
import type { TicketTypeRecord } from '../domain/ticket-type.ts';

const occurred = (at: Date) => ({ version: 1, occurredAt: at.toISOString() });

export function orderChanged(
  order: OrderRecord,
  refundable: number,
  at: Date,
): NewFact<'order.changed', OrderChanged> {
  const { id, eventId, buyerId, status, total, currency, expiresAt, version } = order;
  const payload = {
    orderId: id,
    eventId,
    buyerId,
    status,
    total: { amount: total, currency },
    refundable,
    expiresAt: expiresAt.toISOString(),
    version,
  };
  return { type: 'order.changed', key: id, payload, ...occurred(at) };
}

export function orderRefundDue(
  payload: OrderRefundDue,
  at: Date,
): NewFact<'order.refund-due', OrderRefundDue> {
  return { type: 'order.refund-due', key: payload.orderId, payload, ...occurred(at) };
}

export function ticketChanged(
  ticket: TicketRecord,
  { gates, validFrom, validUntil }: Pick<TicketTypeRecord, 'gates' | 'validFrom' | 'validUntil'>,
  at: Date,
): NewFact<'ticket.changed', TicketChanged> {
  const { id, eventId, codeNumber, version } = ticket;
  const payload = {
    ticketId: id,
    eventId,
    standing: doorStanding(ticket),
    codeNumber,
    gates,
    validFrom: validFrom?.toISOString() ?? null,
    validUntil: validUntil?.toISOString() ?? null,
    version,
  };
  return { type: 'ticket.changed', key: id, payload, ...occurred(at) };
}

/** Has a user told by mail, if they gave an address. */
export function ticketNotice(payload: TicketNotice, at: Date): NewFact<'ticket.notice', TicketNotice> {
  return { type: 'ticket.notice', key: payload.userId, payload, ...occurred(at) };
}

/** Once an order: when it gets its tickets. */
export function orderConfirmed({ id, eventId, buyerId }: OrderRecord, at: Date): NewFact {
  return ticketNotice({ kind: 'ORDER_CONFIRMED', userId: buyerId, eventId, orderId: id }, at);
}

export function salesStarted(eventId: string, at: Date): NewFact<'ticket.sales-started', SalesStarted> {
  return { type: 'ticket.sales-started', key: eventId, payload: { eventId }, ...occurred(at) };
}

export function ticketKeyAdded(
  { kid, jwk }: SigningKey,
  at: Date,
): NewFact<'ticket.key-added', TicketKeyAdded> {
  return { type: 'ticket.key-added', key: kid, payload: { kid, jwk }, ...occurred(at) };
}
