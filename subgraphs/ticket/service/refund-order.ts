import type { Transaction } from '@tixgo/platform/database/database.ts';
import type { PaymentRefunded } from '@tixgo/schema/facts/payment.ts';
import type { OrderRecord } from '../domain/order.ts';
import { divideRefund, type Purchase } from '../domain/purchase.ts';
import { changeOrders, lockOrder } from '../store/order-store.ts';
import { lockPayoutsBehind, movePayouts, releasePayouts } from '../store/payout-store.ts';
import { findPurchases } from '../store/ticket-store.ts';
import { moveStock, StockChanges } from '../store/ticket-type-store.ts';
import { lockKeptTickets } from './lock-tickets.ts';
import { addPayouts, addPurchases } from './order-revenue.ts';
import { type Tell, tellOrders } from './tell-changes.ts';
import { voidTickets } from './void-tickets.ts';

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
  const own = await lockKeptTickets(transaction, [order]);
  const returning = own.filter(({ admitted }) => !admitted);
  const inside = own.filter(({ admitted }) => admitted);
  await voidTickets(transaction, tell, returning, { status: 'REFUNDED', restocked: true }, now);
  await voidTickets(transaction, tell, inside, { status: 'REFUNDED' }, now);
  const end = { status: 'REFUNDED', disputed: false, refunding: false, unpaid: false } as const;
  const refunded = await changeOrders(transaction, [orderId], end);
  const changes = new StockChanges();
  for (const { typeId } of returning) changes.add(typeId, { sold: -1 });
  await settleWithPayouts(transaction, changes, order, amount);
  await moveStock(transaction, changes);
  await tellOrders(transaction, tell, refunded, now);
}

/** Makes payouts and revenue agree with what was paid back, which was decided before all that happened since. */
async function settleWithPayouts(
  transaction: Transaction,
  changes: StockChanges,
  order: OrderRecord,
  amount: number,
): Promise<void> {
  const behind = await lockPayoutsBehind(transaction, order);
  const bought = await findPurchases(transaction, [order.id]);
  const { paidBack, paidOut } = divideRefund(bought, amount);
  addPayouts(changes, await movePayouts(transaction, payoutsOf(paidOut), ['CANCELED'], 'DUE'), -1);
  addPayouts(changes, await movePayouts(transaction, payoutsOf(paidBack), ['DUE', 'HELD'], 'CANCELED'), 1);
  await releasePayouts(transaction, behind);
  const counted = (price: number) => (order.unpaid ? 0 : price);
  await addPurchases(transaction, changes, paidBack, ({ price }) => -counted(price));
  await addPurchases(transaction, changes, paidOut, ({ price }) => price - counted(price));
}

const payoutsOf = (bought: readonly Purchase[]) => bought.flatMap(({ payoutId }) => payoutId ?? []);
