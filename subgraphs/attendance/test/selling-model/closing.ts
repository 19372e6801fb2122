import { findDisagreements } from '../sale-agreement.ts';
import { lookAtPayments } from './documents.ts';
import { look } from './look.ts';
import type { KnownPayment, SaleModel } from './sale-model.ts';
import { type Answer, type SaleWorld, Violation, works } from './sale-world.ts';
import { passages } from './system-actions.ts';

const rounds = 15;

/**
 * Lets everything come to its end, first with the time that there is, then when all times are over, and recounts.
 * @throws Violation
 */
export async function close(world: SaleWorld, model: SaleModel): Promise<void> {
  await world.rest();
  const early = await recount(world, passages['a while']);
  // What waits for a time of its own may wait.
  const found = early.filter((line) => !line.startsWith('still: '));
  if (found.length > 0) throw new Violation(found.join('\n'));
  await look(world, model);
  world.pass(passages['the event']);
  const late = [...(await recount(world, passages['the window'])), ...(await tillFaults(world))];
  if (late.length > 0) throw new Violation(late.join('\n'));
  await look(world, model);
  const broken = [...(await paymentFaults(world, model)), ...world.broker.failures];
  if (broken.length > 0) throw new Violation(broken.join('\n'));
}

async function recount(world: SaleWorld, step: number): Promise<string[]> {
  let found: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await world.settle();
    for (const work of works) await world.run(work);
    await world.settle();
    found = await findDisagreements(world.database.pool, 0);
    if (!found.some((line) => line.startsWith('still: '))) return found;
    world.pass(step);
  }
  return found;
}

/** What was taken and not given back is what orders cost that are paid, and what sellers got for what they sold on. */
async function tillFaults({ database }: SaleWorld): Promise<string[]> {
  const { rows } = await database.pool.query(`
    select
      (select coalesce(sum(charged - refunded), 0)::int from payment.sandbox_intent) as kept,
      (select coalesce(sum(o.total), 0)::int from ticket."order" o where o.status = 'PAID') as paid,
      (select coalesce(sum(p.price), 0)::int from ticket."order" o
        join ticket.purchase p on p.order_id = o.id
        join ticket.listing l on l.ticket_id = p.ticket_id and l.order_id =
          (select min(n.order_id::text)::uuid from ticket.purchase n
            where n.ticket_id = p.ticket_id and n.order_id > p.order_id)
        join ticket.payout payout on payout.listing_id = l.id and payout.status <> 'CANCELED'
        where o.status = 'REFUNDED') as sold_on,
      (select coalesce(sum(p.amount), 0)::int from payment.payment p
        join payment.refund r on r.payment_id = p.id and r.status = 'PENDING'
        join ticket."order" o on o.id = p.order_id
        where p.status = 'DISPUTED' and o.paid_by_id is distinct from p.id) as disputed`);
  const [{ kept, paid, sold_on: soldOn, disputed }] = rows;
  if (kept === paid + soldOn + disputed) return [];
  return [`${kept} was kept; ${paid} is paid, ${soldOn} was sold on, and ${disputed} is at a bank`];
}

async function paymentFaults(world: SaleWorld, model: SaleModel): Promise<string[]> {
  const reply = await world.ask('payment', lookAtPayments, {}, world.admin);
  if (reply.kind !== 'data') throw new Violation('payments cannot be seen');
  const payments: Answer[] = reply.data.payments.edges.map(({ node }: Answer) => node);
  const ends = new Map<string, string>(payments.map(({ id, status }) => [id, status]));
  const unkept = model.payments.filter((payment) => !isKept(model, payment, ends.get(payment.id)));
  const ofCanceled = payments.filter(
    ({ order, status }) => status === 'SUCCEEDED' && model.findOrder(order.id)?.isCanceled,
  );
  return [
    ...unkept.map(({ id, status }) => `payment ${id} was told as ${status} and is ${ends.get(id)}`),
    ...ofCanceled.map(({ id, order }) => `payment ${id} is of order ${order.id}, which was canceled`),
  ];
}

/** What a payer was told of a payment that was decided holds: their tickets or their money. */
function isKept({ sight }: SaleModel, { status, order }: KnownPayment, end: string | undefined): boolean {
  if (status === 'FAILED') return end === 'FAILED';
  if (status === 'REFUNDED') return end === 'REFUNDED';
  if (status !== 'SUCCEEDED') return end !== undefined;
  if (end === 'SUCCEEDED') return sight.orders.get(order.id)?.status === 'PAID';
  return end === 'REFUNDED' || end === 'DISPUTED';
}
