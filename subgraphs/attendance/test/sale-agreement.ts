import type pg from 'pg';

/** A rule of selling, and how to find what breaks it: every row found is a fault. Amounts are minor units. */
interface Rule {
  readonly rule: string;
  readonly broken: string;
}

/** The payer's bank has the money: there is nothing to pay back until it decides. */
const refundThatWaits = (paymentId: string) => `
  select 1 from payment.refund r join payment.payment disputed on disputed.id = r.payment_id
  where r.payment_id = ${paymentId} and r.status = 'PENDING' and disputed.status = 'DISPUTED'`;

const stock: readonly Rule[] = [
  {
    rule: 'the counters of a ticket type are what its orders hold and its tickets take',
    broken: `
      select * from (
        select type.id, type.sold, type.reserved, type.capacity,
          (select coalesce(sum(line.quantity), 0) from ticket.order_line line
            join ticket."order" o on o.id = line.order_id
            where line.type_id = type.id and o.status = 'PENDING' and o.listing_id is null) as held,
          (select count(*) from ticket.ticket t where t.type_id = type.id and not t.restocked) as issued
        from ticket.ticket_type type
      ) counted where sold <> issued or reserved <> held or sold + reserved > capacity`,
  },
  {
    rule: 'the revenue of a ticket type is what buyers paid and did not get back, less what sellers get',
    broken: `
      select * from (
        select type.id, type.revenue,
          (select coalesce(sum(p.price), 0) from ticket.purchase p
            join ticket.ticket t on t.id = p.ticket_id
            join ticket."order" o on o.id = p.order_id
            left join ticket.payout payout on payout.id = p.payout_id
            where t.type_id = type.id and not o.unpaid
              and not (o.status = 'REFUNDED' and coalesce(payout.status, 'CANCELED') = 'CANCELED')) as paid,
          (select coalesce(sum(payout.amount), 0) from ticket.payout payout
            join ticket.listing l on l.id = payout.listing_id
            where l.type_id = type.id and payout.status <> 'CANCELED') as paid_out
        from ticket.ticket_type type
      ) counted where revenue <> paid - paid_out`,
  },
  {
    rule: 'nobody is paid out while a payment behind it is disputed or on its way back',
    broken: `
      select payout.id, payout.status from ticket.payout payout
      join ticket.listing l on l.id = payout.listing_id
      join ticket."order" buyer on buyer.id = l.order_id
      left join ticket.purchase p on p.payout_id = payout.id
      left join ticket."order" seller on seller.id = p.order_id
      where (payout.status = 'DUE' and (buyer.unpaid or seller.unpaid))
        or (payout.status = 'HELD' and not buyer.unpaid and not seller.unpaid)`,
  },
  {
    rule: 'an order is unpaid while its payment is disputed, or the refund on its way that was said to be due',
    broken: `
      select o.id, o.disputed, o.refunding, o.unpaid, p.status, r.status as refund from ticket."order" o
      left join payment.payment p on p.id = o.paid_by_id
      left join payment.refund r on r.payment_id = p.id
      where o.unpaid <> (o.disputed or o.refunding)
        or (o.status <> 'REFUNDED' and o.disputed <> (coalesce(p.status, '') = 'DISPUTED'))
        or o.refunding <> (coalesce(r.status, '') = 'PENDING')`,
  },
];

const tickets: readonly Rule[] = [
  {
    rule: 'an order that was paid bought as many tickets as it says, and another one none',
    broken: `
      select * from (
        select o.id, o.status, o.paid_by_id,
          (select coalesce(sum(quantity), 0) from ticket.order_line where order_id = o.id) as ordered,
          (select count(*) from ticket.purchase where order_id = o.id) as bought
        from ticket."order" o
      ) counted where bought <> case
        when status in ('PAID', 'REFUNDED') or paid_by_id is not null then ordered
        when status = 'CANCELED' and bought > 0 then ordered
        else 0 end`,
  },
  {
    rule: 'no ticket is without an order that bought it last',
    broken: `
      select t.id, t.order_id from ticket.ticket t
      where t.order_id is distinct from
        (select p.order_id from ticket.purchase p where p.ticket_id = t.id order by p.order_id desc limit 1)`,
  },
  {
    rule: 'a ticket is good only while its order is paid, and void once that is paid back',
    broken: `
      select t.id, t.status, o.status as order_status from ticket.ticket t
      join ticket."order" o on o.id = t.order_id
      where (t.status in ('VALID', 'LISTED') and o.status <> 'PAID')
        or (o.status = 'REFUNDED' and t.status <> 'REFUNDED')`,
  },
  {
    rule: 'the log of a ticket begins with its issue, and ends with its holder and as many hands as its code says',
    broken: `
      select t.id from ticket.ticket t
      where (select array_agg(change order by log.id) filter (where change = 'ISSUED')
              from ticket.ticket_log log where log.ticket_id = t.id) is distinct from array['ISSUED']
        or t.holder_id <> (select holder_id from ticket.ticket_log log where log.ticket_id = t.id
              order by log.at desc, log.id desc limit 1)
        or t.code_number <> 1 + (select count(*) from ticket.ticket_log log
              where log.ticket_id = t.id and change in ('TRANSFERRED', 'RESOLD'))`,
  },
  {
    rule: 'a ticket is on resale exactly while one listing of it is',
    broken: `
      select t.id, t.status from ticket.ticket t
      where (t.status = 'LISTED') <> exists (select 1 from ticket.listing l
        where l.ticket_id = t.id and l.status in ('OPEN', 'RESERVED'))`,
  },
  {
    rule: 'a listing is held by a pending order, sold by one that was paid, and has one payout then',
    broken: `
      select l.id, l.status, o.status as order_status from ticket.listing l
      left join ticket."order" o on o.id = l.order_id
      where (l.status = 'RESERVED' and o.status is distinct from 'PENDING')
        or (l.status = 'SOLD' and (o.status is null or o.status in ('PENDING', 'EXPIRED')))
        or (l.status = 'SOLD') <> exists (select 1 from ticket.payout p where p.listing_id = l.id)`,
  },
];

const money: readonly Rule[] = [
  {
    rule: 'no order is paid without its payment, which is as much as the order',
    broken: `
      select o.id, o.status, p.status as payment_status from ticket."order" o
      left join payment.payment p on p.id = o.paid_by_id and p.order_id = o.id
      where o.total > 0 and o.status in ('PAID', 'REFUNDED')
        and (p.id is null or p.amount <> o.total or p.currency <> o.currency
          or (o.status = 'PAID' and p.status not in ('SUCCEEDED', 'DISPUTED'))
          or (o.status = 'REFUNDED' and p.status <> 'REFUNDED'))`,
  },
  {
    rule: 'no payment is kept without the order that it paid',
    broken: `
      select p.id, p.status, o.status as order_status from payment.payment p
      left join ticket."order" o on o.paid_by_id = p.id and o.id = p.order_id
      where p.status in ('SUCCEEDED', 'DISPUTED') and o.id is null
        and not exists (${refundThatWaits('p.id')})`,
  },
  {
    rule: 'nobody is charged but for a payment that succeeded, and by its amount',
    broken: `
      select i.ref, i.charged, p.id, p.status, p.amount from payment.sandbox_intent i
      full join payment.payment p on p.provider_ref = i.ref
      where coalesce(i.charged, 0) <>
        case when p.status in ('SUCCEEDED', 'DISPUTED', 'REFUNDED') then p.amount else 0 end`,
  },
  {
    rule: 'what was paid back is what refunds say, on the books of both sides',
    broken: `
      select i.ref, i.refunded, i.back, i.noted from (
        select intent.ref, intent.refunded,
          (select coalesce(sum(amount), 0) from payment.sandbox_refund s where s.ref = intent.ref) as back,
          (select coalesce(sum(r.amount), 0) from payment.refund r join payment.payment p on p.id = r.payment_id
            where p.provider_ref = intent.ref and r.status = 'SUCCEEDED') as noted
        from payment.sandbox_intent intent
      ) i where refunded <> back or refunded <> noted`,
  },
  {
    rule: 'a refund leaves out only what the buyer was paid out for',
    broken: `
      select o.id, r.amount, r.due from ticket."order" o join lateral (
        select refund.amount,
          (select coalesce(sum(p.price), 0) from ticket.purchase p
            left join ticket.payout payout on payout.id = p.payout_id
            where p.order_id = o.id and coalesce(payout.status, 'CANCELED') = 'CANCELED') as due
        from payment.refund refund where refund.payment_id = o.paid_by_id and refund.status = 'SUCCEEDED'
      ) r on true where r.amount <> r.due`,
  },
  {
    rule: 'a refund is declined only where nothing is left to pay back',
    broken: `
      select o.id, o.status, p.price, payout.status as payout from payment.refund r
      join payment.payment on payment.id = r.payment_id
      join ticket."order" o on o.id = payment.order_id
      join ticket.purchase p on p.order_id = o.id
      left join ticket.payout on payout.id = p.payout_id
      where r.status = 'DECLINED' and p.price > 0
        and (o.paid_by_id is distinct from payment.id or coalesce(payout.status, 'CANCELED') = 'CANCELED')`,
  },
];

const facts: readonly Rule[] = [
  {
    rule: 'the payment service knows every order as it is',
    broken: `
      select o.id, o.status, p.status as known from ticket."order" o
      left join payment.payable_order p on p.order_id = o.id
      where p.order_id is null or p.status <> o.status or p.version <> o.version or p.amount <> o.total`,
  },
  {
    rule: 'the door knows every ticket as it is, and no other',
    broken: `
      select t.id, a.ticket_id, t.status, a.standing from (
        select id::text, version, code_number, status, case
          when status in ('REFUNDED', 'CANCELED') then 'CANCELED'
          when disputed then 'UNPAID'
          when blocked_reason is not null or status = 'LISTED' then 'BLOCKED'
          else 'ADMISSIBLE' end as standing
        from ticket.ticket
      ) t full join attendance.admission a on a.ticket_id = t.id
      where t.id is null or a.ticket_id is null or a.version > t.version
        or a.standing <> t.standing or a.code_number <> t.code_number`,
  },
  {
    rule: 'the door expects the tickets that are not void',
    broken: `
      select tally.event_id, tally.expected from attendance.event_tally tally
      where tally.expected <> (select count(*) from attendance.admission a
        where a.event_id = tally.event_id and a.standing <> 'CANCELED')`,
  },
  {
    rule: 'a ticket that the door let in is known as used',
    broken: `
      select t.id, t.admitted, s.entries from ticket.ticket t
      left join attendance.ticket_state s on s.event_id = t.event_id and s.ticket_id = t.id::text
      where t.admitted <> (coalesce(s.entries, 0) > 0)`,
  },
  {
    rule: 'a canceled event has nothing open and nothing good',
    broken: `
      select o.id, o.status from ticket.sale_event e join ticket."order" o on o.event_id = e.id
      where e.status = 'CANCELED' and o.status in ('PENDING', 'PAID')
        and not exists (${refundThatWaits('o.paid_by_id')})`,
  },
];

/** What is still on its way; each comes to its end by itself. */
const underWay: readonly Rule[] = [
  ...['identity', 'event', 'attendance', 'ticket', 'payment'].map((service) => ({
    rule: `facts of ${service} are on their way`,
    broken: `select id, type from ${service}.outbox where published_at is null`,
  })),
  {
    rule: 'orders have lapsed and were not swept',
    broken: `select id from ticket."order" where status = 'PENDING' and held_until <= now()`,
  },
  {
    rule: 'payments are not decided',
    broken: `select id from payment.payment where status = 'PROCESSING'`,
  },
  {
    rule: 'payments are charged, as their payers authenticated, and do not know it',
    broken: `
      select p.id from payment.payment p join payment.sandbox_intent i on i.ref = p.provider_ref
      where p.status = 'REQUIRES_ACTION' and i.state = 'CHARGED'`,
  },
  {
    rule: 'money is on its way back',
    broken: `
      select id from payment.refund due where status in ('REQUESTED', 'PENDING')
        and not exists (${refundThatWaits('due.payment_id')})`,
  },
  {
    rule: 'the orders of a canceled event are not called off',
    broken: `
      select o.id from ticket.sale_event e join ticket."order" o on o.event_id = e.id
      where e.status = 'CANCELED' and o.status in ('PENDING', 'PAID')
        and not exists (${refundThatWaits('o.paid_by_id')})`,
  },
];

async function brokenOf(client: pg.ClientBase, rules: readonly Rule[]): Promise<string[]> {
  const found: string[] = [];
  for (const { rule, broken } of rules) {
    const { rows } = await client.query(broken);
    if (rows.length > 0) found.push(`${rule}: ${JSON.stringify(rows.slice(0, 5))}`);
  }
  return found;
}

interface Look {
  readonly waiting: readonly string[];
  readonly disagreements: readonly string[];
}

/** All in one snapshot: an order that lapses between two rules would be a disagreement otherwise. */
async function look(pool: pg.Pool): Promise<Look> {
  const client = await pool.connect();
  try {
    await client.query('begin isolation level repeatable read read only');
    const waiting = await brokenOf(client, underWay);
    const isOver = waiting.length === 0;
    const disagreements = isOver ? await brokenOf(client, [...stock, ...tickets, ...money, ...facts]) : [];
    await client.query('commit');
    return { waiting, disagreements };
  } finally {
    client.release();
  }
}

/**
 * Recounts a whole sale from its rows and logs, over all services on one database, once nothing is under way any more.
 * @param patience how long to wait for that, in milliseconds
 * @param overBroker whether facts that were published may not have been heard yet: services then have as long to agree
 * @returns a line for each rule that does not hold; none when all is well
 */
export async function findDisagreements(
  pool: pg.Pool,
  patience = 10_000,
  { overBroker = false } = {},
): Promise<string[]> {
  const deadline = Date.now() + patience;
  for (;;) {
    const { waiting, disagreements } = await look(pool);
    const isLate = Date.now() > deadline;
    const isAgreed = waiting.length === 0 && (disagreements.length === 0 || !overBroker);
    if (isAgreed || isLate) return [...waiting.map((line) => `still: ${line}`), ...disagreements];
    await new Promise((done) => setTimeout(done, 20));
  }
}
