import type pg from 'pg';
import type { BuyingClient } from './buying-client.ts';

/** What a host has acknowledged, by id. */
export class Acknowledged {
  readonly canceledOrders = new Set<string>();
  readonly payments = new Set<string>();
  readonly refunds = new Set<string>();
  readonly checkIns = new Set<string>();
  readonly listings = new Set<string>();
  readonly canceledListings = new Set<string>();
  readonly canceledEvents = new Set<string>();
  /** Tickets that were given away, with the number of the code that came of it, such as `…:2`. */
  readonly codes = new Set<string>();
}

/** How to see that each is still so; `id` is one of those acknowledged. */
const kept: { readonly [What in keyof Acknowledged]: string } = {
  canceledOrders: `select 1 from ticket."order" where id = promised.id::uuid and status = 'CANCELED'`,
  payments: `select 1 from payment.payment where id = promised.id::uuid and status in ('SUCCEEDED', 'REFUNDED')`,
  refunds: `select 1 from payment.refund where payment_id = promised.id::uuid and status in ('SUCCEEDED', 'DECLINED')`,
  checkIns: `select 1 from attendance.scan where id = promised.id::uuid and outcome = 'ADMITTED'`,
  listings: `select 1 from ticket.listing where id = promised.id::uuid`,
  canceledListings: `select 1 from ticket.listing where id = promised.id::uuid and status = 'CANCELED'`,
  canceledEvents: `select 1 from ticket.sale_event where id = promised.id and status = 'CANCELED'`,
  codes: `select 1 from ticket.ticket where id = split_part(promised.id, ':', 1)::uuid
    and code_number >= split_part(promised.id, ':', 2)::int`,
};

/** A line for each kind of which something is not so any more, or never was. */
export async function findBrokenPromises(pool: pg.Pool, acknowledged: Acknowledged): Promise<string[]> {
  const found: string[] = [];
  for (const what of Object.keys(kept) as (keyof Acknowledged)[]) {
    const { rows } = await pool.query<{ id: string }>(
      `select id from unnest($1::text[]) as promised (id) where not exists (${kept[what]})`,
      [[...acknowledged[what]]],
    );
    if (rows.length > 0) found.push(`${what} that were acknowledged: ${rows.map(({ id }) => id).join(', ')}`);
  }
  return found;
}

/**
 * Orders and payments that were told of and are not there, and those that nobody was told of: a request that was sent
 * again took effect twice.
 */
export async function findStrangers(pool: pg.Pool, told: BuyingClient['told']): Promise<string[]> {
  const { rows } = await pool.query(
    `select 'order' as what, made.id as made, told.id as told from ticket."order" made
        full join unnest($1::uuid[]) as told (id) on told.id = made.id where made.id is null or told.id is null
      union all select 'payment', made.id, told.id from payment.payment made
        full join unnest($2::uuid[]) as told (id) on told.id = made.id where made.id is null or told.id is null`,
    [[...told.orders], [...told.payments]],
  );
  return rows.map((row) => `made and told are not the same: ${JSON.stringify(row)}`);
}
