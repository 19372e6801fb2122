import type { Transaction } from '@tixgo/platform/database/database.ts';
import type { PaymentDisputed, PaymentRefunded } from '@tixgo/schema/facts/payment.ts';
import type { OrderRecord } from '../domain/order.ts';
import type { TicketRecord } from '../domain/ticket.ts';
import { changeOrders, lockOrder } from '../store/order-store.ts';
import { changeTickets, findPurchases } from '../store/ticket-store.ts';
import { moveStock, StockChanges } from '../store/ticket-type-store.ts';
import { type Tell, tellOrders, tellTickets } from './tell-changes.ts';
import { lockWithListings, takeOffResale, voidTickets } from './void-tickets.ts';

/**
 * The money of an order went back: its tickets are void. Their places go on sale again, but for those of people who
 * are inside. What its buyer had sold on is somebody else's and stays.
 */
export async function refundOrder(
  transaction: Transaction,
  tell: Tell,
  { orderId, paymentId }: PaymentRefunded,
  now: Date,
): Promise<void> {
  const order = await lockOrder(transaction, orderId);
  if (order?.status !== 'PAID' || order.paidById !== paymentId) return;
  const paidBack = await lockPaidBack(transaction, order);
  const own = paidBack.map(({ ticket }) => ticket).filter((ticket) => ticket.orderId === order.id);
  const returning = own.filter(({ admitted }) => !admitted);
  const kept = own.filter(({ admitted }) => admitted);
  await voidTickets(transaction, tell, returning, { status: 'REFUNDED', restocked: true }, now);
  await voidTickets(transaction, tell, kept, { status: 'REFUNDED' }, now);
  await moveStock(transaction, stockOf(order, paidBack, returning));
  await tellOrders(
    transaction,
    tell,
    await changeOrders(transaction, [orderId], { status: 'REFUNDED' }),
    now,
  );
}

interface PaidBack {
  readonly ticket: TicketRecord;
  /** What the order paid for it, in minor units. */
  readonly price: number;
}

/** What the order bought and its buyer was not paid out for. */
async function lockPaidBack(transaction: Transaction, { id }: OrderRecord): Promise<PaidBack[]> {
  const bought = (await findPurchases(transaction, [id])).filter(({ payoutId }) => payoutId === null);
  const prices = new Map(bought.map(({ ticketId, price }) => [ticketId, price]));
  const tickets = await lockWithListings(transaction, [...prices.keys()]);
  return tickets.map((ticket) => ({ ticket, price: prices.get(ticket.id) ?? 0 }));
}

/** Tickets that the order bought and that are not somebody else's since. */
export async function lockOwnTickets(transaction: Transaction, order: OrderRecord): Promise<TicketRecord[]> {
  const tickets = (await lockPaidBack(transaction, order)).map(({ ticket }) => ticket);
  return tickets.filter(({ orderId }) => orderId === order.id);
}

/** A resale brought its event nothing, so that nothing of its revenue goes back. */
function stockOf(
  { listingId }: OrderRecord,
  paidBack: readonly PaidBack[],
  returning: readonly TicketRecord[],
): StockChanges {
  const changes = new StockChanges();
  for (const { typeId } of returning) changes.add(typeId, { sold: -1 });
  if (listingId !== null) return changes;
  for (const { ticket, price } of paidBack) changes.add(ticket.typeId, { revenue: -price });
  return changes;
}

/** The payer's bank took the money back, or gave it again: the door is told. */
export async function noteDispute(
  transaction: Transaction,
  tell: Tell,
  { orderId, paymentId, standing }: PaymentDisputed,
  now: Date,
): Promise<void> {
  const order = await lockOrder(transaction, orderId);
  if (order?.paidById !== paymentId) return;
  const disputed = standing === 'LOST';
  const tickets = (await lockOwnTickets(transaction, order)).filter((ticket) => ticket.disputed !== disputed);
  if (disputed) await takeOffResale(transaction, tell, tickets, now);
  const changed = await changeTickets(
    transaction,
    tickets.map(({ id }) => id),
    { disputed },
  );
  await tellTickets(transaction, tell, changed, now);
}
