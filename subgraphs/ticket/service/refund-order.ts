import type { Transaction } from '@tixgo/platform/database/database.ts';
import type { PaymentDisputed, PaymentRefunded } from '@tixgo/schema/facts/payment.ts';
import type { OrderRecord } from '../domain/order.ts';
import { divideRefund, type Purchase } from '../domain/purchase.ts';
import type { TicketRecord } from '../domain/ticket.ts';
import { changeOrders, lockOrder } from '../store/order-store.ts';
import { movePayouts } from '../store/payout-store.ts';
import { changeTickets, findPurchases, findTickets } from '../store/ticket-store.ts';
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
  { orderId, paymentId, amount }: PaymentRefunded,
  now: Date,
): Promise<void> {
  const order = await lockOrder(transaction, orderId);
  if (order?.status !== 'PAID' || order.paidById !== paymentId) return;
  const own = await lockOwnTickets(transaction, order);
  const returning = own.filter(({ admitted }) => !admitted);
  const kept = own.filter(({ admitted }) => admitted);
  await voidTickets(transaction, tell, returning, { status: 'REFUNDED', restocked: true }, now);
  await voidTickets(transaction, tell, kept, { status: 'REFUNDED' }, now);
  const changes = new StockChanges();
  for (const { typeId } of returning) changes.add(typeId, { sold: -1 });
  const paidBack = await settleWithPayouts(transaction, order, amount);
  // A resale brought its event nothing, so that nothing of its revenue goes back.
  if (order.listingId === null) await takeOffRevenue(transaction, changes, paidBack);
  await moveStock(transaction, changes);
  const refunded = await changeOrders(transaction, [orderId], { status: 'REFUNDED' });
  await tellOrders(transaction, tell, refunded, now);
}

/** Makes payouts agree with what was paid back, which was decided before all that happened since. */
async function settleWithPayouts(
  transaction: Transaction,
  { id }: OrderRecord,
  amount: number,
): Promise<readonly Purchase[]> {
  const { paidBack, paidOut } = divideRefund(await findPurchases(transaction, [id]), amount);
  await movePayouts(transaction, payoutsOf(paidOut), 'CANCELED', 'DUE');
  await movePayouts(transaction, payoutsOf(paidBack), 'DUE', 'CANCELED');
  return paidBack;
}

const payoutsOf = (bought: readonly Purchase[]) => bought.flatMap(({ payoutId }) => payoutId ?? []);

async function takeOffRevenue(
  transaction: Transaction,
  changes: StockChanges,
  paidBack: readonly Purchase[],
): Promise<void> {
  const prices = new Map(paidBack.map(({ ticketId, price }) => [ticketId, price]));
  for (const { id, typeId } of await findTickets(transaction, [...prices.keys()])) {
    changes.add(typeId, { revenue: -(prices.get(id) ?? 0) });
  }
}

/** Tickets that the order bought and that are not somebody else's since. */
export async function lockOwnTickets(transaction: Transaction, { id }: OrderRecord): Promise<TicketRecord[]> {
  const kept = (await findPurchases(transaction, [id])).filter(({ payoutId }) => payoutId === null);
  const tickets = await lockWithListings(
    transaction,
    kept.map(({ ticketId }) => ticketId),
  );
  return tickets.filter(({ orderId }) => orderId === id);
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
