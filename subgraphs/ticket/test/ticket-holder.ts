import { newId } from '@tixgo/platform/ids.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import { type Answer, admin, buyer, type TicketSystem } from './ticket-system.ts';

/** What somebody bought: the order that paid for it and its tickets. */
export interface Holding {
  readonly holder: UserViewer;
  readonly eventId: string;
  readonly typeId: string;
  readonly orderId: string;
  readonly paymentId: string;
  readonly ticketIds: readonly string[];
  readonly ticketId: string;
}

export const ticketsOfOrder =
  'query ($id: ID!) { order(id: $id) { status tickets { id status code codeNumber } } }';

export const listTicket = /* GraphQL */ `
  mutation ($ticketId: ID!, $price: MoneyInput!) {
    listTicket(ticketId: $ticketId, price: $price) { id status price { amount currency } seller { id } }
  }
`;

export const reserveListing = /* GraphQL */ `
  mutation ($id: ID!, $key: String!) {
    reserveListing(id: $id, idempotencyKey: $key) {
      __typename
      ... on Order { id status total { amount currency } lines { quantity price { amount } } }
      ... on ListingGone { message }
    }
  }
`;

const ticketOf = /* GraphQL */ `
  query ($of: [_Any!]!) {
    _entities(representations: $of) {
      ... on Ticket {
        id status code codeNumber doorStanding blocked admitted version holder { id } order { id }
      }
    }
  }
`;

/** Buys tickets of a new event, or of one type, for somebody new or known. */
export async function buyTickets(
  system: TicketSystem,
  {
    quantity = 1,
    holder = buyer(),
    ...sale
  }: { quantity?: number; holder?: UserViewer; eventId?: string; typeId?: string } = {},
): Promise<Holding> {
  const eventId = sale.eventId ?? (await system.event({ endsAt: '2026-07-01T00:00:00.000Z' }));
  const typeId = sale.typeId ?? (await system.type(eventId));
  const { id: orderId } = await system.reserve(holder, eventId, typeId, quantity);
  const paymentId = await system.pay(orderId);
  const { order } = await system.client.data(ticketsOfOrder, { id: orderId }, holder);
  const ticketIds: string[] = order.tickets.map(({ id }: { id: string }) => id);
  return { holder, eventId, typeId, orderId, paymentId, ticketIds, ticketId: ticketIds[0] ?? '' };
}

/** A ticket as somebody sees it; null when they do not. */
export async function ticketFor(
  system: TicketSystem,
  id: string,
  viewer: UserViewer = admin,
): Promise<Answer> {
  const of = [{ __typename: 'Ticket', id }];
  return (await system.client.data(ticketOf, { of }, viewer))._entities[0];
}

/** Lists the ticket, and answers the listing's id. */
export async function listed(
  system: TicketSystem,
  { holder, ticketId }: Holding,
  amount = 2000,
): Promise<string> {
  const price = { amount, currency: 'EUR' };
  return (await system.client.data(listTicket, { ticketId, price }, holder)).listTicket.id;
}

export async function takeListing(
  system: TicketSystem,
  viewer: UserViewer,
  id: string,
  key = newId(),
): Promise<Answer> {
  return (await system.client.data(reserveListing, { id, key }, viewer)).reserveListing;
}

/** Sells the ticket on to somebody new. */
export async function sellOn(
  system: TicketSystem,
  holding: Holding,
  amount = 2000,
): Promise<Holding & { readonly listingId: string }> {
  const listingId = await listed(system, holding, amount);
  const holder = buyer();
  const { id: orderId } = await takeListing(system, holder, listingId);
  const paymentId = await system.pay(orderId);
  const { eventId, typeId, ticketId } = holding;
  return { holder, eventId, typeId, orderId, paymentId, ticketId, ticketIds: [ticketId], listingId };
}

/** Tells that the door let a ticket in, or took that back. */
export async function admit(
  system: TicketSystem,
  { eventId, ticketId }: Holding,
  admitted = true,
): Promise<void> {
  await system.tell('attendance.tickets-admitted', eventId, { eventId, tickets: [{ ticketId, admitted }] });
}

export async function block(system: TicketSystem, { ticketId }: Holding): Promise<Answer> {
  const mutation = 'mutation ($id: ID!) { blockTicket(id: $id, reason: "Stolen") { blocked doorStanding } }';
  return (await system.client.data(mutation, { id: ticketId }, admin)).blockTicket;
}

/** Asks for a refund, as an admin does through the payment service. Answers what the service said last. */
export async function requestRefund(
  system: TicketSystem,
  { orderId, paymentId }: Holding,
  amount = 2500,
): Promise<Answer> {
  await system.tell('payment.refund-requested', orderId, { orderId, paymentId, amount });
  await system.settled();
  const answers = system.told.filter(({ type, key }) => key === orderId && /^order.refund-/.test(type));
  return answers.map(({ type, payload }) => ({ type, ...Object(payload) })).at(-1);
}

export async function failRefund(system: TicketSystem, { orderId, paymentId }: Holding): Promise<void> {
  await system.tell('payment.refund-failed', orderId, { orderId, paymentId });
}

export async function refund(
  system: TicketSystem,
  { orderId, paymentId }: Holding,
  amount = 2500,
): Promise<void> {
  await system.tell('payment.refunded', orderId, { orderId, paymentId, amount });
}

export async function dispute(
  system: TicketSystem,
  { orderId, paymentId }: Holding,
  standing: 'LOST' | 'WON' = 'LOST',
): Promise<void> {
  await system.tell('payment.disputed', orderId, { orderId, paymentId, standing });
}

/** What keeps a ticket of `buyTickets` from being given away or sold. */
export const bonds: readonly [how: string, tie: (system: TicketSystem, holding: Holding) => unknown][] = [
  ['is offered for resale', async (system, holding) => await listed(system, holding)],
  ['was used', async (system, holding) => await admit(system, holding)],
  ['is held back', async (system, holding) => await block(system, holding)],
  ['was paid back', async (system, holding) => await refund(system, holding)],
  ['is in dispute', async (system, holding) => await dispute(system, holding)],
  ['is of an event that is over', (system) => system.at('2026-07-01T00:00:00.000Z')],
];

const salesQuery = /* GraphQL */ `
  query ($of: [_Any!]!) {
    _entities(representations: $of) {
      ... on EventSummary { sales { sold reserved revenue { amount currency } } }
    }
  }
`;

export async function orderStatus({ client }: TicketSystem, id: string): Promise<string> {
  return (await client.data(ticketsOfOrder, { id }, admin)).order.status;
}

export async function salesOf(system: TicketSystem, eventId: string): Promise<Answer> {
  const of = [{ __typename: 'EventSummary', eventId }];
  return (await system.client.data(salesQuery, { of }, admin))._entities[0].sales;
}

/** As revenue is told: by currency. */
export const inEuros = (amount: number) => [{ amount, currency: 'EUR' }];

const payoutQuery =
  'query ($of: ID!) { payouts(filter: { sellerId: $of }) { edges { node { id status } } } }';

/** Statuses, newest first. */
export async function payoutsOf(system: TicketSystem, sellerId: string): Promise<string[]> {
  const { edges } = (await system.client.data(payoutQuery, { of: sellerId }, admin)).payouts;
  return edges.map(({ node }: Answer) => node.status);
}

const settlePayout = 'mutation ($id: ID!) { settlePayout(id: $id) { id } }';

/** Pays the newest out; answers the code of a refusal, null for none. */
export async function settlePayoutOf(system: TicketSystem, sellerId: string): Promise<string | null> {
  const { edges } = (await system.client.data(payoutQuery, { of: sellerId }, admin)).payouts;
  const { errors } = await system.client.answer(settlePayout, { id: edges[0].node.id }, admin);
  const code = errors?.[0]?.extensions?.code;
  return typeof code === 'string' ? code : null;
}
