import { ask } from './ask.ts';
import { query } from './postgres.ts';

/** Publishes an event with one ticket type, and answers the type's id. */
export async function createSale(origin: string, eventId: string, capacity: number): Promise<string> {
  const startsAt = new Date(Date.now() + 24 * 3_600_000);
  const endsAt = new Date(startsAt.getTime() + 3 * 3_600_000);
  await ask(origin, 'mutation($input: CreateEventInput!) { createEvent(input: $input) { id } }', {
    input: { id: eventId, name: eventId, startsAt, endsAt, timezone: 'UTC' },
  });
  const price = { amount: 2500, currency: 'EUR' };
  const { createTicketType } = await ask<{ createTicketType: { id: string } }>(
    origin,
    'mutation($input: CreateTicketTypeInput!) { createTicketType(input: $input) { id } }',
    { input: { eventId, name: 'Standing', price, capacity, maxPerOrder: 10 } },
  );
  return createTicketType.id;
}

export interface Sales {
  readonly available: number;
  readonly sold: number;
  readonly reserved: number;
  /** In minor units. */
  readonly revenue: number;
}

/** The counters that the API gives of an event. */
export async function countSales(origin: string, id: string): Promise<Sales> {
  const { event } = await ask<{
    event: {
      ticketTypes: { available: number }[];
      summary: { sales: { sold: number; reserved: number; revenue: { amount: number }[] } };
    };
  }>(
    origin,
    `query($id: ID!) { event(id: $id) {
      ticketTypes { available }
      summary { sales { sold reserved revenue { amount } } }
    } }`,
    { id },
  );
  const { sold, reserved, revenue } = event.summary.sales;
  const [type] = event.ticketTypes;
  return { available: type?.available ?? Number.NaN, sold, reserved, revenue: revenue[0]?.amount ?? 0 };
}

export interface SaleRows {
  /** Ids of orders, by status. */
  readonly pending: readonly string[];
  readonly paid: readonly string[];
  readonly others: number;
  readonly tickets: number;
  /** Tickets whose order is not paid by a payment that succeeded and is as much as the order. */
  readonly unpaidTickets: number;
  /** Payments that succeeded, in minor units. */
  readonly charged: number;
}

/** What the rows of an event say, which no counter is read for. */
export async function readSaleRows(databaseUrl: string, eventId: string): Promise<SaleRows> {
  const { rows } = await query(
    databaseUrl,
    `select
      (select coalesce(array_agg(id::text), '{}') from ticket."order" where event_id = $1 and status = 'PENDING') as pending,
      (select coalesce(array_agg(id::text), '{}') from ticket."order" where event_id = $1 and status = 'PAID') as paid,
      (select count(*)::int from ticket."order" where event_id = $1 and status not in ('PENDING', 'PAID')) as others,
      (select count(*)::int from ticket.ticket where event_id = $1) as tickets,
      (select count(*)::int from ticket.ticket t join ticket."order" o on o.id = t.order_id
        left join payment.payment p on p.id = o.paid_by_id and p.status = 'SUCCEEDED' and p.amount = o.total
        where t.event_id = $1 and (o.status <> 'PAID' or p.id is null)) as "unpaidTickets",
      (select coalesce(sum(p.amount), 0)::int from payment.payment p join ticket."order" o on o.id = p.order_id
        where o.event_id = $1 and p.status = 'SUCCEEDED') as charged`,
    [eventId],
  );
  const [found] = rows;
  if (!found) throw new Error('The database did not answer.');
  return found;
}
