import {
  CreateTicketTypeDocument,
  EventSaleDocument,
  OrderDocument,
  type OrderQuery,
  type OrderStatus,
  PayOrderDocument,
  ReserveTicketsDocument,
  VerifyTicketDocument,
} from '@tixgo/client/generated/documents.ts';
import type { Deployment, Person } from './deployment.ts';
import { eventually, expectPresent, expectSame, expectThat, type Refused } from './expectations.ts';

/** How long a fact may take from one service to another, in milliseconds. */
const factTime = 10_000;

/** One type of ticket of a published event, on sale now. */
export interface Sale {
  readonly eventId: string;
  readonly typeId: string;
}

export type BoughtOrder = NonNullable<OrderQuery['order']>;
export type BoughtTicket = BoughtOrder['tickets'][number];

export const price = { amount: 2500, currency: 'EUR' } as const;

/** Its tickets are good at the gate `north` of two. */
export async function openSale(deployment: Deployment, capacity = 5): Promise<Sale> {
  const { id: eventId } = await deployment.createEvent({ admission: 'TICKETED', gates: ['north', 'south'] });
  const input = { eventId, name: 'Standing', price, capacity, gates: ['north'] };
  const { createTicketType } = await (await deployment.admin()).request(CreateTicketTypeDocument, { input });
  expectSame('available', createTicketType.available, capacity);
  return { eventId, typeId: createTicketType.id };
}

export async function tryToReserve(
  { tixgo }: Person,
  { eventId, typeId }: Sale,
  deployment: Deployment,
  quantity = 1,
) {
  const lines = [{ ticketTypeId: typeId, quantity }];
  const input = { eventId, lines, idempotencyKey: deployment.uniqueName() };
  return (await tixgo.request(ReserveTicketsDocument, { input })).reserveTickets;
}

export async function reserve(...what: Parameters<typeof tryToReserve>) {
  const order = await tryToReserve(...what);
  expectThat(order.__typename === 'Order', `expected an Order, got ${order.__typename}`);
  expectSame('status', order.status, 'PENDING');
  return order;
}

export async function pay(
  { tixgo }: Person,
  orderId: string,
  deployment: Deployment,
  paymentMethod = 'pm_card_visa',
) {
  const input = { orderId, paymentMethod, idempotencyKey: deployment.uniqueName() };
  return (await tixgo.request(PayOrderDocument, { input })).payOrder;
}

/** Pays with a card that serves; the provider may take its time. */
export async function payInFull(
  buyer: Person,
  orderId: string,
  deployment: Deployment,
): Promise<BoughtOrder> {
  const payment = await pay(buyer, orderId, deployment);
  expectThat(payment.__typename === 'Payment', `expected a Payment, got ${payment.__typename}`);
  return await orderOnce(buyer, orderId, 'PAID');
}

/** @returns the order as soon as it has come so far */
export async function orderOnce(
  { tixgo }: Person,
  id: string,
  status: OrderStatus,
  within = factTime,
): Promise<BoughtOrder> {
  return await eventually(within, async () => {
    const order = expectPresent('order', (await tixgo.request(OrderDocument, { id })).order);
    expectSame('status of the order', order.status, status);
    return order;
  });
}

/** One ticket, bought and paid. */
export async function buyTicket(
  buyer: Person,
  sale: Sale,
  deployment: Deployment,
): Promise<{ readonly order: BoughtOrder; readonly ticket: BoughtTicket; readonly code: string }> {
  const order = await payInFull(buyer, (await reserve(buyer, sale, deployment)).id, deployment);
  const ticket = expectPresent('ticket', order.tickets[0]);
  return { order, ticket, code: expectPresent('code', ticket.code) };
}

export async function expectAvailable({ eventId, typeId }: Sale, count: number, { anyone }: Deployment) {
  await eventually(factTime, async () => {
    const { event } = await anyone.request(EventSaleDocument, { id: eventId });
    const type = event?.ticketTypes?.find(({ id }) => id === typeId);
    expectSame('available', type?.available, count);
  });
}

/** Asked without scanning: until the door has heard, a scan would be let in. */
export async function expectDoorSays(
  reason: Refused['reason'] | null,
  { eventId }: Sale,
  code: string,
  deployment: Deployment,
): Promise<void> {
  const admin = await deployment.admin();
  await eventually(factTime, async () => {
    const { verifyTicket } = await admin.request(VerifyTicketDocument, { eventId, code });
    expectSame('what the door says', verifyTicket.reason, reason);
  });
}
