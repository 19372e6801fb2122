import type { Transaction } from '@tixgo/platform/database/database.ts';
import { type ApiError, badUserInput, notFound } from '@tixgo/platform/errors.ts';
import {
  findAnswers,
  idempotencyKeyReused,
  type KeyedRequest,
  keepAnswers,
} from '@tixgo/platform/idempotency/idempotency.ts';
import { newId } from '@tixgo/platform/ids.ts';
import { largestAmount } from '@tixgo/platform/money.ts';
import { type AllocatedLine, type Allocation, allocate, type Basket, totalOf } from '../domain/allocation.ts';
import { newOrder, type OrderLineRecord, type OrderRecord } from '../domain/order.ts';
import { orWhenOver, type TicketTypeRecord } from '../domain/ticket-type.ts';
import { hasLapsedOrders, insertOrders } from '../store/order-store.ts';
import { findSaleEvent, noteSales } from '../store/sale-event-store.ts';
import { idempotencyKeys } from '../store/tables.ts';
import { lockTicketTypes, moveStock, StockChanges } from '../store/ticket-type-store.ts';
import type { TicketDependencies } from './dependencies.ts';
import { issueTickets } from './issue-tickets.ts';
import { type Tell, tellOrders } from './tell-changes.ts';
import { orderConfirmed, salesStarted } from './ticket-facts.ts';

export interface ReservationRequest extends KeyedRequest, Basket {
  /** It is told what holds now, and that is kept: lapsed orders that others are at work on are not waited for again. */
  readonly isLastTry?: boolean;
}

/** What a request is answered, as it is kept with its key. */
export type ReservationAnswer =
  | { readonly kind: 'order'; readonly orderId: string }
  | { readonly kind: 'sold-out'; readonly typeId: string; readonly available: number }
  | { readonly kind: 'closed'; readonly typeId: string; readonly opensAt: string | null }
  | { readonly kind: 'over-limit'; readonly typeId: string; readonly maxPerOrder: number };

export type ReservationOutcome =
  | ReservationAnswer
  | { readonly kind: 'failed'; readonly error: ApiError }
  /** Nothing was decided: the event's owner may know more. */
  | { readonly kind: 'unknown-event' }
  /** Sold out, but for orders whose time is over and that still stand in the counters. */
  | { readonly kind: 'lapsed-in-the-way'; readonly typeId: string; readonly available: number };

/**
 * Decides requests about one event in the order that they came, and keeps what came of them in one transaction: orders,
 * counters, answers and facts. The types' rows are held from the reading to the commit, in one order everywhere.
 */
export const reserveBatch =
  ({ outbox, clock, settings }: TicketDependencies) =>
  async (eventId: string, requests: readonly ReservationRequest[]): Promise<ReservationOutcome[]> => {
    const now = clock();
    const expiresAt = new Date(now.getTime() + settings.orderWindowSeconds * 1000);
    return await outbox.transaction(async (transaction, tell) => {
      const types = await lockTypesOf(transaction, requests);
      // Behind the lock: what another replica answered to the same requests meanwhile is found, and not done again.
      const earlier = await findAnswers<ReservationRequest, ReservationAnswer>(
        transaction,
        idempotencyKeys,
        requests,
      );
      const fresh = requests.filter((request) => !earlier.has(request));
      const decided = await decide(transaction, { eventId, types, requests: fresh, now });
      await keep(transaction, tell, { eventId, decided, now, expiresAt });
      return requests.map((request) => {
        const known = earlier.get(request);
        if (known?.kind === 'replay') return known.answer;
        if (known?.kind === 'reused') return { kind: 'failed', error: idempotencyKeyReused() };
        return decided.get(request)?.outcome ?? { kind: 'unknown-event' };
      });
    });
  };

interface Decided {
  readonly outcome: ReservationOutcome;
  /** Of an order. */
  readonly lines: readonly AllocatedLine[];
}

async function lockTypesOf(
  transaction: Transaction,
  requests: readonly ReservationRequest[],
): Promise<TicketTypeRecord[]> {
  const typeIds = requests.flatMap(({ lines }) => lines.map(({ ticketTypeId }) => ticketTypeId));
  return await lockTicketTypes(transaction, [...new Set(typeIds)]);
}

interface Deciding {
  readonly eventId: string;
  /** Held. */
  readonly types: readonly TicketTypeRecord[];
  readonly requests: readonly ReservationRequest[];
  readonly now: Date;
}

async function decide(
  transaction: Transaction,
  { eventId, types: held, requests, now }: Deciding,
): Promise<Map<ReservationRequest, Decided>> {
  if (requests.length === 0) return new Map();
  const types = held.filter((type) => type.eventId === eventId);
  // Behind the lock: whoever cancels the event holds its types as well.
  const event = await findSaleEvent(transaction, eventId);
  if (!event) return new Map();
  if (event.status === 'DRAFT') return failing(requests, notFound('event'));
  const allocations = allocate(event, types, requests, { now, largestTotal: largestAmount });
  const someoneLost = [...allocations.values()].some(({ kind }) => kind === 'sold-out');
  const mayFree = someoneLost && (await hasLapsedOrders(transaction, eventId, now));
  return new Map(
    [...allocations].map(([request, allocation]) => [
      request,
      decidedOf(allocation, mayFree && !request.isLastTry),
    ]),
  );
}

function failing(requests: readonly ReservationRequest[], error: ApiError): Map<ReservationRequest, Decided> {
  return new Map(requests.map((request) => [request, { outcome: { kind: 'failed', error }, lines: [] }]));
}

function decidedOf(allocation: Allocation, mayFree: boolean): Decided {
  const refused = (outcome: ReservationOutcome): Decided => ({ outcome, lines: [] });
  switch (allocation.kind) {
    case 'allocated':
      return { outcome: { kind: 'order', orderId: newId() }, lines: allocation.lines };
    case 'sold-out':
      return refused(mayFree ? { ...allocation, kind: 'lapsed-in-the-way' } : allocation);
    case 'closed':
      return refused({ ...allocation, opensAt: allocation.opensAt?.toISOString() ?? null });
    case 'over-limit':
      return refused(allocation);
    case 'unknown-type':
      return refused({ kind: 'failed', error: notFound('ticket type of this event') });
    case 'too-expensive':
      return refused({
        kind: 'failed',
        error: badUserInput('lines', 'The order costs more than can be paid at once.'),
      });
    case 'mixed-currencies':
      return refused({ kind: 'failed', error: badUserInput('lines', 'lines must be of one currency.') });
  }
}

interface Keeping {
  readonly eventId: string;
  readonly decided: ReadonlyMap<ReservationRequest, Decided>;
  readonly now: Date;
  /** Of the orders. */
  readonly expiresAt: Date;
}

async function keep(
  transaction: Transaction,
  tell: Tell,
  { eventId, decided, now, expiresAt }: Keeping,
): Promise<void> {
  const made = [...decided].flatMap(([{ viewerId: buyerId }, { outcome, lines }]) =>
    outcome.kind === 'order'
      ? [madeOrder({ id: outcome.orderId, eventId, buyerId, expiresAt, createdAt: now }, lines)]
      : [],
  );
  const orders = made.map(({ order }) => order);
  const lines = made.flatMap((each) => each.lines);
  await moveStock(transaction, stockOf(made));
  await insertOrders(transaction, orders, lines);
  const free = orders.filter(({ status }) => status === 'PAID');
  if (free.length > 0) await issueTickets(transaction, tell, free, lines, now);
  await keepAnswers(
    transaction,
    idempotencyKeys,
    [...decided].flatMap(([request, { outcome }]) =>
      isAnswer(outcome) ? [{ request, answer: outcome }] : [],
    ),
    now,
  );
  if (orders.length > 0 && (await noteSales(transaction, eventId))) tell(salesStarted(eventId, now));
  await tellOrders(transaction, tell, orders, now);
  for (const order of free) tell(orderConfirmed(order, now));
}

function isAnswer(outcome: ReservationOutcome): outcome is ReservationAnswer {
  return !['failed', 'unknown-event', 'lapsed-in-the-way'].includes(outcome.kind);
}

interface MadeOrder {
  readonly order: OrderRecord;
  readonly lines: readonly OrderLineRecord[];
}

function madeOrder(
  order: Pick<OrderRecord, 'id' | 'eventId' | 'buyerId' | 'expiresAt' | 'createdAt'>,
  allocated: readonly AllocatedLine[],
): MadeOrder {
  const lines = allocated.map(({ type, quantity }) => ({
    orderId: order.id,
    typeId: type.id,
    quantity,
    price: type.price,
    currency: type.currency,
  }));
  const currency = lines[0]?.currency ?? '';
  const types = allocated.map(({ type }) => type);
  const expiresAt = orWhenOver(order.expiresAt, types);
  const made = newOrder({ ...order, expiresAt, total: totalOf(allocated), currency, listingId: null });
  return { order: made, lines };
}

function stockOf(made: readonly MadeOrder[]): StockChanges {
  const changes = new StockChanges();
  for (const { order, lines } of made) {
    for (const { typeId, quantity } of lines) {
      changes.add(typeId, order.status === 'PAID' ? { sold: quantity } : { reserved: quantity });
    }
  }
  return changes;
}
