import type { Transaction } from '@tixgo/platform/database/database.ts';
import type { NewFact } from '@tixgo/platform/facts/fact.ts';
import type { OrderRecord } from '../domain/order.ts';
import type { TicketRecord } from '../domain/ticket.ts';
import { findRefundable } from '../store/ticket-store.ts';
import { findTicketTypes } from '../store/ticket-type-store.ts';
import { orderChanged, ticketChanged } from './ticket-facts.ts';

export type Tell = (fact: NewFact) => void;

/** Tells of orders as they are now, at the end of the transaction that changed them. */
export async function tellOrders(
  transaction: Transaction,
  tell: Tell,
  orders: readonly OrderRecord[],
  now: Date,
): Promise<void> {
  const paid = orders.filter(({ status }) => status === 'PAID').map(({ id }) => id);
  const refundable = await findRefundable(transaction, paid);
  for (const order of orders) {
    const left = order.status === 'PAID' ? (refundable.get(order.id) ?? 0) : order.total;
    tell(orderChanged(order, left, now));
  }
}

/** Tells the door of tickets as they are now. */
export async function tellTickets(
  transaction: Transaction,
  tell: Tell,
  tickets: readonly TicketRecord[],
  now: Date,
): Promise<void> {
  if (tickets.length === 0) return;
  const typeIds = [...new Set(tickets.map(({ typeId }) => typeId))];
  const types = new Map((await findTicketTypes(transaction, typeIds, now)).map((type) => [type.id, type]));
  for (const ticket of tickets) {
    const type = types.get(ticket.typeId);
    if (!type) throw new Error(`Ticket ${ticket.id} has no type.`);
    tell(ticketChanged(ticket, type, now));
  }
}
