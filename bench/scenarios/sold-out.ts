import { mulberry32 } from '@tixgo/attendance/host/demo/random.ts';
import type { HttpJob, JobResult } from '../load/job.ts';
import type { Accepted } from '../load/operations.ts';
import type { Worker } from '../load/worker-process.ts';
import { startHttpGenerator } from '../load/worker-process.ts';
import { percentile } from '../report/statistics.ts';
import { figure } from '../report/table.ts';
import { type Scenario, verify } from '../scenario.ts';
import { startHost } from '../system/host.ts';
import { people, tokensOf } from '../system/people.ts';
import { startPostgres } from '../system/postgres.ts';
import { countSales, createSale, readSaleRows } from '../system/sales.ts';

const buyers = 10_000;
const capacity = 500;
const price = 2_500;
/** As many press the button at the same moment; the others follow as these are answered. */
const atOnce = 1_000;

/** Every seed deals other quantities and cards to the buyers. */
export const soldOut: Scenario = {
  name: 'sold-out',
  about: `${buyers} buyers for ${capacity} tickets: exactly those are sold, and everyone else is told`,
  run: async (bench) => {
    const postgres = await startPostgres(bench);
    const databaseUrl = await postgres.createDatabase('sale');
    const environment = { DATABASE_URL: databaseUrl, ORDER_WINDOW_SECONDS: '600' };
    const first = await startHost(bench, { environment });
    const second = await startHost(bench, { environment });
    const generator = startHttpGenerator(bench);
    const tokens = tokensOf(people('USER', buyers));
    const rows: string[][] = [];
    const seeds = bench.quick ? 2 : 20;
    for (let seed = 1; seed <= seeds; seed += 1) {
      const origins = seed % 2 === 1 ? [first.origin] : [first.origin, second.origin];
      const eventId = `sale-${seed}`;
      const typeId = await createSale(first.origin, eventId, capacity);
      const sale = { origins, generator, tokens, eventId, typeId };
      const { reserved, tickets, declined } = await sellOut(sale, seed);
      await verifySold(first.origin, databaseUrl, eventId, reserved);
      bench.say(`seed ${seed}: ${tickets} tickets in ${reserved.accepted.length} orders`);
      rows.push([
        `${seed}`,
        `${origins.length}`,
        `${reserved.accepted.length}`,
        `${tickets}`,
        `${reserved.soldOut}`,
        `${declined}`,
        figure(reserved.seconds),
        figure(reserved.latencies.length / reserved.seconds),
        figure(percentile(reserved.latencies, 99)),
      ]);
    }
    return {
      tables: [
        {
          title: `${buyers} buyers for ${capacity} tickets, PostgreSQL`,
          columns: [
            'seed',
            'hosts',
            'orders',
            'tickets sold',
            'told SoldOut',
            'cards declined first',
            'seconds',
            'answers/s',
            'p99 ms',
          ],
          rows,
        },
      ],
      targets: [
        {
          what: `sales of exactly ${capacity} tickets`,
          measured: `${rows.length} of ${seeds}`,
          wanted: 'all',
          met: rows.length === seeds,
        },
      ],
    };
  },
};

interface Sale {
  readonly origins: readonly string[];
  readonly generator: Worker<HttpJob>;
  readonly tokens: readonly string[];
  readonly eventId: string;
  readonly typeId: string;
}

/** Everyone reserves one to four; whoever has an order pays it, some with a card that is declined before. */
async function sellOut(sale: Sale, seed: number) {
  const random = mulberry32(seed);
  const quantities = sale.tokens.map(() => 1 + Math.floor(random() * 4));
  const { generator, origins, tokens, eventId, typeId } = sale;
  const reserved = await generator.run({
    origins,
    tokens,
    operation: { kind: 'reserve', eventId, typeId, quantities },
    pace: { kind: 'closed', callers: atOnce },
    until: { requests: buyers },
  });
  const { accepted, soldOut: refused } = reserved;
  verify(accepted.length + refused === buyers, `${accepted.length} orders and ${refused} told SoldOut`);
  const tickets = accepted.reduce((total, { sequence }) => total + (quantities[sequence] ?? 0), 0);
  verify(tickets === capacity, `${tickets} tickets were promised`);
  const unlucky = accepted.filter(() => random() < 0.1);
  const declines = await pay(sale, unlucky, 'pm_card_visa_chargeDeclined');
  verify(declines.declined === unlucky.length, `${declines.declined} cards were declined`);
  const payments = await pay(sale, accepted, 'pm_card_visa');
  verify(payments.accepted.length === accepted.length, `${payments.accepted.length} orders were paid`);
  return { reserved, tickets, declined: declines.declined };
}

async function pay(
  { generator, origins, tokens }: Sale,
  orders: readonly Accepted[],
  paymentMethod: string,
): Promise<JobResult> {
  return await generator.run({
    origins,
    // Each order is paid by the one who made it.
    tokens: orders.map(({ sequence }) => tokens[sequence] ?? ''),
    operation: { kind: 'pay', orderIds: orders.map(({ id }) => id), paymentMethod },
    pace: { kind: 'closed', callers: Math.min(32, orders.length) },
    until: { requests: orders.length },
  });
}

const patience = 20_000;

/** None sold twice, none lost, none without its money; by the counters and by the rows. */
async function verifySold(
  origin: string,
  databaseUrl: string,
  eventId: string,
  { accepted }: JobResult,
): Promise<void> {
  const deadline = Date.now() + patience;
  let sales = await countSales(origin, eventId);
  while (sales.reserved > 0 && Date.now() < deadline) sales = await countSales(origin, eventId);
  const expected = { available: 0, sold: capacity, reserved: 0, revenue: capacity * price };
  verify(JSON.stringify(sales) === JSON.stringify(expected), `the counters say ${JSON.stringify(sales)}`);
  const { pending, paid, others, tickets, unpaidTickets, charged } = await readSaleRows(databaseUrl, eventId);
  const told = new Set(accepted.map(({ id }) => id));
  verify(pending.length === 0 && others === 0, `${pending.length} orders are open, ${others} void`);
  verify(paid.length === told.size && paid.every((id) => told.has(id)), `${paid.length} orders are paid`);
  verify(tickets === capacity, `${tickets} tickets were issued`);
  verify(unpaidTickets === 0, `${unpaidTickets} tickets are not paid`);
  verify(charged === capacity * price, `${charged} was charged`);
}
