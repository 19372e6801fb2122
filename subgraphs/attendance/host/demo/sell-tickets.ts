import { setTimeout } from 'node:timers/promises';
import type { PaymentSubgraph } from '@tixgo/payment/subgraph.ts';
import { ApiError } from '@tixgo/platform/errors.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import type { TicketSubgraph } from '@tixgo/ticket/subgraph.ts';
import { createTicketTypes, type TicketType } from './create-ticket-types.ts';
import type { DemoPurchase, DemoSale } from './demo-sales.ts';
import type { EventRecord } from './ensure-demo-events.ts';

export interface SellingServices {
  readonly ticket: TicketSubgraph['services'];
  readonly payment: PaymentSubgraph['services'];
}

export interface SellingEvent {
  readonly record: EventRecord;
  readonly sale: DemoSale;
}

type Order = Awaited<ReturnType<typeof ordersOf>>[number];

/** How long the fact of a payment may take to come to its order, in milliseconds. */
const patience = 2_000;
const pollInterval = 20;

/**
 * Makes what an event sells and what was bought of it, or what is left to make of that. Decides by the orders that are
 * there: idempotency keys are forgotten after a day.
 */
export async function sellTickets(
  services: SellingServices,
  { record, sale }: SellingEvent,
  buyers: readonly UserViewer[],
): Promise<void> {
  const { ticket } = services;
  const purchases = await Promise.all(
    sale.purchases.map(async (purchase) => {
      const buyer = buyers[purchase.buyer];
      if (!buyer) throw new Error(`There is no demo buyer ${purchase.buyer}.`);
      return { purchase, buyer, orders: await ordersOf(ticket, record.id, buyer) };
    }),
  );
  const isBegun = purchases.some(({ orders }) => orders.length > 0);
  const types = isBegun
    ? await ticket.salesReader().typesOf(record.id)
    : await createTicketTypes(ticket, record, sale.types);
  for (const { purchase, buyer, orders } of purchases) {
    const orderId = await ensurePaid(services, { record, purchase, types }, buyer, orders);
    if (orderId !== undefined && purchase.resalePrice !== undefined) {
      await offerOne(ticket, buyer, orderId, purchase.resalePrice);
    }
  }
}

/** Of a demo buyer for an event, newest first. */
async function ordersOf(ticket: SellingServices['ticket'], eventId: string, { id: buyerId }: UserViewer) {
  const { edges } = await ticket.listOrders({ first: 100, filter: { eventId, buyerId } });
  return edges.map(({ node }) => ({ id: node.id, status: ticket.visibleStatus(node) }));
}

interface Purchasing {
  readonly record: EventRecord;
  readonly purchase: DemoPurchase;
  readonly types: readonly TicketType[];
}

/** @returns the order; undefined when there is none, because somebody has changed what it was to hold */
async function ensurePaid(
  services: SellingServices,
  purchasing: Purchasing,
  buyer: UserViewer,
  orders: readonly Order[],
): Promise<string | undefined> {
  // An order that ran out unpaid is what a start left that ended between reserving and paying.
  const order = orders.find(({ status }) => status !== 'EXPIRED');
  if (order && order.status !== 'PENDING') return order.id;
  const orderId = order?.id ?? (await reserve(services.ticket, purchasing, buyer, orders.length));
  if (orderId === undefined) return undefined;
  // A free one is paid already, which is what is answered then.
  await services.payment.payOrder(buyer, {
    orderId,
    paymentMethod: 'pm_card_visa',
    idempotencyKey: `demo-${orderId}`,
  });
  return orderId;
}

async function reserve(
  ticket: SellingServices['ticket'],
  { record, purchase, types }: Purchasing,
  buyer: UserViewer,
  attempt: number,
): Promise<string | undefined> {
  const wanted = Object.entries(purchase.quantities);
  const lines = wanted.flatMap(([name, quantity]) => {
    const type = types.find((each) => each.name === name);
    return type ? [{ ticketTypeId: type.id, quantity }] : [];
  });
  if (lines.length < wanted.length) return undefined;
  const idempotencyKey = `demo-${record.id}-${attempt}`;
  const outcome = await ticket.reserveTickets(buyer, { eventId: record.id, lines, idempotencyKey });
  return outcome.kind === 'Order' ? outcome.orderId : undefined;
}

/** Offers one ticket of an order, none of whose tickets anyone has used, moved or offered since it was issued. */
async function offerOne(
  ticket: SellingServices['ticket'],
  buyer: UserViewer,
  orderId: string,
  amount: number,
): Promise<void> {
  if (!(await becomesPaid(ticket, buyer, orderId))) return;
  const tickets = await ticket.salesReader().ticketsOf(orderId);
  const [first] = tickets;
  // Every change moves `version` on.
  if (!first || tickets.some(({ version }) => version !== 1)) return;
  try {
    await ticket.listTicket(buyer, first.id, { amount, currency: first.currency });
  } catch (error) {
    // RESALE_MAX_PERCENT may not allow the price.
    if (!(error instanceof ApiError && error.code === 'BAD_USER_INPUT')) throw error;
  }
}

async function becomesPaid(
  ticket: SellingServices['ticket'],
  buyer: UserViewer,
  orderId: string,
): Promise<boolean> {
  for (let waited = 0; waited < patience; waited += pollInterval) {
    const { status } = await ticket.salesReader().getOrder(buyer, orderId);
    if (status !== 'PENDING') return status === 'PAID';
    await setTimeout(pollInterval);
  }
  return false;
}
