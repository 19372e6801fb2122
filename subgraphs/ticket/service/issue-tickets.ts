import type { Transaction } from '@tixgo/platform/database/database.ts';
import { newId } from '@tixgo/platform/ids.ts';
import type { OrderLineRecord, OrderRecord } from '../domain/order.ts';
import type { TicketRecord } from '../domain/ticket.ts';
import { insertTickets, logTickets } from '../store/ticket-store.ts';
import { type Tell, tellTickets } from './tell-changes.ts';

/** Makes the tickets of paid orders, in the transaction that pays them, and tells the door. */
export async function issueTickets(
  transaction: Transaction,
  tell: Tell,
  orders: readonly OrderRecord[],
  lines: readonly OrderLineRecord[],
  now: Date,
): Promise<void> {
  const byId = new Map(orders.map((order) => [order.id, order]));
  const issued = lines.flatMap((line) => {
    const order = byId.get(line.orderId);
    return order ? Array.from({ length: line.quantity }, () => ticketOf(order, line, now)) : [];
  });
  await insertTickets(transaction, issued);
  await logTickets(transaction, issued, { change: 'ISSUED', byId: null, at: now });
  await tellTickets(transaction, tell, issued, now);
}

function ticketOf(order: OrderRecord, line: OrderLineRecord, now: Date): TicketRecord {
  return {
    id: newId(),
    typeId: line.typeId,
    eventId: order.eventId,
    orderId: order.id,
    holderId: order.buyerId,
    status: 'VALID',
    faceValue: line.price,
    currency: line.currency,
    codeNumber: 1,
    blockedReason: null,
    disputed: false,
    admitted: false,
    restocked: false,
    version: 1,
    createdAt: now,
  };
}
