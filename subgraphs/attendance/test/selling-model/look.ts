import { lookAtSale } from './documents.ts';
import type { SaleModel, SeenOrder, SeenTicket, Sight } from './sale-model.ts';
import { faultsOf } from './sale-rules.ts';
import { type Answer, type SaleWorld, Violation } from './sale-world.ts';

/**
 * Looks at the sale and compares it with what people know. What it asks is not of one moment: a fault counts only if it
 * is still there when work that runs by itself has come to its end.
 * @throws Violation
 */
export async function look(world: SaleWorld, model: SaleModel): Promise<void> {
  const [sight, faults] = await compare(world, model);
  if (faults.length === 0) {
    keep(model, sight);
    return;
  }
  await world.settle();
  const [again, still] = await compare(world, model);
  if (still.length > 0) throw new Violation(still.join('\n'));
  keep(model, again);
}

async function compare(world: SaleWorld, model: SaleModel): Promise<[Sight, string[]]> {
  const at = world.now();
  const variables = { eventId: model.eventId, event: [{ __typename: 'Event', id: model.eventId }] };
  const reply = await world.ask('ticket', lookAtSale, variables, world.admin);
  if (reply.kind !== 'data') throw new Violation(`the sale cannot be seen: ${JSON.stringify(reply)}`);
  const sight = sightOf(at, reply.data);
  return [sight, faultsOf(model, sight, !world.broker.isHolding() && !world.isBusy)];
}

function sightOf(at: number, { types, orders, payouts }: Answer): Sight {
  const nodes: Answer[] = orders.edges.map(({ node }: Answer) => node);
  const tickets: SeenTicket[] = nodes.flatMap((node) => node.tickets.map(seenTicket));
  return {
    at,
    available: new Map(types[0].ticketTypes.map(({ id, available }: Answer) => [id, available])),
    orders: new Map(nodes.map((node) => [node.id, seenOrder(node)])),
    tickets: new Map(tickets.map((ticket) => [ticket.id, ticket])),
    payouts: payouts.edges.map(({ node: { id, status, listing } }: Answer) => ({
      id,
      status,
      listingId: listing.id,
    })),
  };
}

function seenOrder({ id, status, tickets }: Answer): SeenOrder {
  return { id, status, ticketIds: tickets.map((ticket: Answer) => ticket.id) };
}

function seenTicket(ticket: Answer): SeenTicket {
  const { id, type, order, holder, status, doorStanding, codeNumber, code, admitted, version } = ticket;
  return {
    id,
    typeId: type.id,
    orderId: order.id,
    holderId: holder.id,
    status,
    standing: doorStanding,
    number: codeNumber,
    code,
    isAdmitted: admitted,
    version,
  };
}

function keep(model: SaleModel, sight: Sight): void {
  model.sight = sight;
  for (const { id, number, code } of sight.tickets.values()) {
    if (code !== null) model.ticket(id).codes.set(number, code);
  }
  for (const order of model.orders) {
    const isPaid = model.isSeenPaid(order);
    if (order.total > 0 && !isPaid && sight.at >= model.doomedAt(order)) model.doomed.add(order.id);
  }
}
