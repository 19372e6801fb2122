import { expect } from '@jest/globals';
import type { TestDatabase } from '@tixgo/platform/testing/test-database.ts';

/** Recounts the stock of every type of an event from orders and tickets, and compares it with the counters. */
export async function expectStockToAgree({ pool }: TestDatabase, eventId: string): Promise<void> {
  const { rows } = await pool.query(
    `select type.id, type.capacity, type.sold, type.reserved,
       (select coalesce(sum(line.quantity), 0)::int from ticket.order_line line
         join ticket."order" o on o.id = line.order_id
         where line.type_id = type.id and o.status = 'PENDING' and o.listing_id is null) as held,
       (select count(*)::int from ticket.ticket t where t.type_id = type.id and not t.restocked) as issued
     from ticket.ticket_type type where type.event_id = $1 order by type.id`,
    [eventId],
  );
  expect(rows.length).toBeGreaterThan(0);
  for (const { id, capacity, sold, reserved, held, issued } of rows) {
    expect({ id, sold, reserved }).toEqual({ id, sold: issued, reserved: held });
    expect(sold + reserved).toBeLessThanOrEqual(capacity);
  }
}
