import type { SigningKey } from '@tixgo/platform/compact-jws.ts';
import { type CatalogueFact, newFact } from '@tixgo/schema/facts/new-fact.ts';
import type { TicketNotice } from '@tixgo/schema/facts/notice.ts';
import type { OrderRefundDeclined, OrderRefundDue } from '@tixgo/schema/facts/ticket.ts';
import type { OrderRecord } from '../domain/order.ts';
import { doorStanding, type TicketRecord } from '../domain/ticket.ts';
import type { TicketTypeRecord } from '../domain/ticket-type.ts';

export function orderChanged(
  order: OrderRecord,
  refundable: number,
  at: Date,
): CatalogueFact<'order.changed'> {
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
  return newFact('order.changed', id, payload, at);
}

export function orderRefundDue(payload: OrderRefundDue, at: Date): CatalogueFact<'order.refund-due'> {
  return newFact('order.refund-due', payload.orderId, payload, at);
}

export function orderRefundDeclined(
  payload: OrderRefundDeclined,
  at: Date,
): CatalogueFact<'order.refund-declined'> {
  return newFact('order.refund-declined', payload.orderId, payload, at);
}

export function ticketChanged(
  ticket: TicketRecord,
  { gates, validFrom, validUntil }: Pick<TicketTypeRecord, 'gates' | 'validFrom' | 'validUntil'>,
  at: Date,
): CatalogueFact<'ticket.changed'> {
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
  return newFact('ticket.changed', id, payload, at);
}

/** Has a user told by mail, if they gave an address. */
export function ticketNotice(payload: TicketNotice, at: Date): CatalogueFact<'ticket.notice'> {
  return newFact('ticket.notice', payload.userId, payload, at);
}

/** Once an order: when it gets its tickets. */
export function orderConfirmed(
  { id, eventId, buyerId }: OrderRecord,
  at: Date,
): CatalogueFact<'ticket.notice'> {
  return ticketNotice({ kind: 'ORDER_CONFIRMED', userId: buyerId, eventId, orderId: id }, at);
}

export function salesStarted(eventId: string, at: Date): CatalogueFact<'ticket.sales-started'> {
  return newFact('ticket.sales-started', eventId, { eventId }, at);
}

export function ticketKeyAdded({ kid, jwk }: SigningKey, at: Date): CatalogueFact<'ticket.key-added'> {
  return newFact('ticket.key-added', kid, { kid, jwk }, at);
}
