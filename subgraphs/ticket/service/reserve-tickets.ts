import { Coalescer } from '@tixgo/platform/coalescer.ts';
import { badUserInput, notFound } from '@tixgo/platform/errors.ts';
import { cleanIdempotencyKey, withTwins } from '@tixgo/platform/idempotency/idempotency.ts';
import { assertUuid } from '@tixgo/platform/ids.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import type { BasketLine } from '../domain/allocation.ts';
import type { TicketDependencies } from './dependencies.ts';
import { assertEventId, learnSaleEvent } from './know-event.ts';
import { releaseLapsedOrdersOf } from './release-orders.ts';
import { type ReservationOutcome, type ReservationRequest, reserveBatch } from './reserve-batch.ts';

export interface ReserveTicketsInput {
  readonly eventId: string;
  readonly lines: readonly BasketLine[];
  readonly idempotencyKey: string;
}

export interface SoldOutAnswer {
  readonly kind: 'SoldOut';
  readonly typeId: string;
  readonly available: number;
  readonly message: string;
}

export interface SalesClosedAnswer {
  readonly kind: 'SalesClosed';
  readonly typeId: string;
  readonly opensAt: Date | null;
  readonly message: string;
}

export interface LimitExceededAnswer {
  readonly kind: 'LimitExceeded';
  readonly typeId: string;
  readonly maxPerOrder: number;
  readonly message: string;
}

export type ReserveTicketsOutcome =
  | { readonly kind: 'Order'; readonly orderId: string }
  | SoldOutAnswer
  | SalesClosedAnswer
  | LimitExceededAnswer;

const mostLines = 20;
/** A thousand of one type is more than any limit allows; larger numbers only strain the sums. */
const largestQuantity = 1_000;
/** One statement's worth: more rows hold the types longer than they save. */
const largestBatch = 128;
/** How often a request that finds lapsed orders in its way has them swept and tries again. */
const attempts = 3;

/**
 * Holds tickets for a buyer. Requests about one event that come while others of it are decided are decided together.
 * @throws NOT_FOUND, BAD_USER_INPUT, IDEMPOTENCY_KEY_REUSED,
 *   SUBGRAPH_UNAVAILABLE (an event that is new here, and its owner does not answer)
 */
export const reserveTickets = (dependencies: TicketDependencies) => {
  const run = reserveBatch(dependencies);
  const coalescer = new Coalescer<ReservationRequest, ReservationOutcome>({ run, choose: chooseBatch });
  const decide = async (eventId: string, request: ReservationRequest) =>
    await withTwins(async () =>
      dependencies.settings.coalesce
        ? await coalescer.submit(eventId, request)
        : (await run(eventId, [request]))[0],
    );

  return async (viewer: UserViewer, input: ReserveTicketsInput): Promise<ReserveTicketsOutcome> => {
    const request = requestOf(viewer, input);
    let outcome = await decide(input.eventId, request);
    for (let attempt = 1; attempt < attempts; attempt += 1) {
      if (outcome?.kind === 'unknown-event') {
        if (!(await learnSaleEvent(dependencies, input.eventId))) throw notFound('event');
      } else if (outcome?.kind === 'lapsed-in-the-way') {
        await releaseLapsedOrdersOf(dependencies, input.eventId);
      } else break;
      const isLastTry = attempt + 1 === attempts;
      outcome = await decide(input.eventId, { ...request, isLastTry });
    }
    return answerOf(outcome);
  };
};

/** One key twice in a batch would be one row twice in a statement. */
function chooseBatch(waiting: readonly ReservationRequest[]) {
  const batch: ReservationRequest[] = [];
  const rest: ReservationRequest[] = [];
  const keys = new Set<string>();
  for (const request of waiting) {
    const key = `${request.viewerId} ${request.key}`;
    if (keys.has(key) || batch.length === largestBatch) rest.push(request);
    else batch.push(request);
    keys.add(key);
  }
  return { batch, rest };
}

function requestOf(
  viewer: UserViewer,
  { eventId, lines, idempotencyKey }: ReserveTicketsInput,
): ReservationRequest {
  assertEventId(eventId);
  if (lines.length < 1 || lines.length > mostLines)
    throw badUserInput('lines', `lines must be from 1 to ${mostLines}.`);
  for (const { ticketTypeId, quantity } of lines) {
    if (quantity < 1 || quantity > largestQuantity)
      throw badUserInput('lines.quantity', `lines.quantity must be from 1 to ${largestQuantity}.`);
    assertUuid(ticketTypeId, 'ticket type of this event');
  }
  const wanted = lines.map(({ ticketTypeId, quantity }) => ({
    ticketTypeId: ticketTypeId.toLowerCase(),
    quantity,
  }));
  if (new Set(wanted.map(({ ticketTypeId }) => ticketTypeId)).size < wanted.length)
    throw badUserInput('lines', 'lines must not name one type twice.');
  return {
    viewerId: viewer.id,
    operation: 'reserveTickets',
    key: cleanIdempotencyKey(idempotencyKey),
    input: { eventId, lines: wanted },
    lines: wanted,
  };
}

function answerOf(outcome: ReservationOutcome | undefined): ReserveTicketsOutcome {
  switch (outcome?.kind) {
    case 'order':
      return { kind: 'Order', orderId: outcome.orderId };
    case 'sold-out':
    case 'lapsed-in-the-way':
      return { ...outcome, kind: 'SoldOut', message: soldOutMessage(outcome.available) };
    case 'closed': {
      const opensAt = outcome.opensAt === null ? null : new Date(outcome.opensAt);
      const message = opensAt === null ? 'The sale is over.' : `The sale opens at ${opensAt.toISOString()}.`;
      return { kind: 'SalesClosed', typeId: outcome.typeId, opensAt, message };
    }
    case 'over-limit':
      return {
        ...outcome,
        kind: 'LimitExceeded',
        message: `One order may hold at most ${outcome.maxPerOrder} of these tickets.`,
      };
    case 'failed':
      throw outcome.error;
    default:
      throw notFound('event');
  }
}

function soldOutMessage(available: number): string {
  if (available === 0) return 'These tickets are sold out.';
  return available === 1
    ? 'There is only one of these tickets left.'
    : `There are only ${available} of these tickets left.`;
}
