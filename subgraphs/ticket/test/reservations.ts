import { expect } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import { type Answer, buyer, reserveTickets, type TicketSystem } from './ticket-system.ts';

export const endsAt = '2026-07-01T00:00:00.000Z';

export interface Sale {
  readonly eventId: string;
  readonly typeId: string;
}

/** An event with ten tickets of one type. */
export async function onSale(system: TicketSystem, change = {}): Promise<Sale> {
  const eventId = await system.event({ endsAt });
  return { eventId, typeId: await system.type(eventId, change) };
}

type Line = readonly [ticketTypeId: unknown, quantity: unknown];

/** Whatever a client may send. */
export function basket(eventId: string, lines: readonly Line[], idempotencyKey: unknown = newId()) {
  return {
    eventId,
    lines: lines.map(([ticketTypeId, quantity]) => ({ ticketTypeId, quantity })),
    idempotencyKey,
  };
}

export async function answerTo(
  { client }: TicketSystem,
  input: Record<string, unknown>,
  viewer = buyer(),
): Promise<Answer> {
  return (await client.data(reserveTickets, { input }, viewer)).reserveTickets;
}

export async function refusalOf(
  { client }: TicketSystem,
  input: Record<string, unknown>,
  viewer = buyer(),
): Promise<Answer> {
  return await client.refusal(reserveTickets, { input }, viewer);
}

/** There is neither an order nor a held ticket, and the event's owner was not told of a sale. */
export async function expectNothingHeld(system: TicketSystem, eventId: string): Promise<void> {
  const { rows } = await system.database.pool.query(
    `select (select count(*)::int from ticket."order" where event_id = $1) as orders,
       (select coalesce(sum(sold + reserved), 0)::int from ticket.ticket_type where event_id = $1) as taken`,
    [eventId],
  );
  expect(rows).toEqual([{ orders: 0, taken: 0 }]);
  expect(await system.toldOf('ticket.sales-started', eventId)).toEqual([]);
}
