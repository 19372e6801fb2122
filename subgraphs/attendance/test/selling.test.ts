import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import { eventually } from '@tixgo/platform/testing/eventually.ts';
import { startTestHost, type TestHost } from './host-client.ts';
import { findDisagreements } from './sale-agreement.ts';

let system: TestHost;
let buyer: { id: string; token: string };
let door: { id: string; token: string };
beforeAll(async () => {
  system = await startTestHost({ ORDER_WINDOW_SECONDS: '2' });
  buyer = await system.person('bea');
  door = await system.person('dora', 'SCANNER');
});
afterAll(() => system.close());

const data = async (query: string, variables: Record<string, unknown>, token = system.admin) => {
  const answer = await system.ask(query, variables, token);
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  return answer.data;
};

async function sale(capacity = 5): Promise<{ eventId: string; typeId: string }> {
  const eventId = newId();
  const startsAt = new Date(Date.now() + 86_400_000).toISOString();
  const endsAt = new Date(Date.now() + 2 * 86_400_000).toISOString();
  const event = {
    id: eventId,
    name: 'A concert',
    startsAt,
    endsAt,
    timezone: 'UTC',
    gates: ['North', 'South'],
  };
  await data('mutation ($input: CreateEventInput!) { createEvent(input: $input) { id } }', { input: event });
  const input = {
    eventId,
    name: 'Standing',
    price: { amount: 2500, currency: 'EUR' },
    capacity,
    gates: ['North'],
  };
  const made = await data(
    'mutation ($input: CreateTicketTypeInput!) { createTicketType(input: $input) { id } }',
    { input },
  );
  return { eventId, typeId: made.createTicketType.id };
}

async function reserve(eventId: string, typeId: string, quantity = 1, token = buyer.token): Promise<string> {
  const input = { eventId, lines: [{ ticketTypeId: typeId, quantity }], idempotencyKey: newId() };
  const reserving =
    'mutation ($input: ReserveTicketsInput!) { reserveTickets(input: $input) { __typename ... on Order { id } } }';
  return (await data(reserving, { input }, token)).reserveTickets.id;
}

async function pay(orderId: string, paymentMethod = 'pm_card_visa', token = buyer.token) {
  const input = { orderId, paymentMethod, idempotencyKey: newId() };
  const paying = `mutation ($input: PayOrderInput!) { payOrder(input: $input) {
    __typename ... on Payment { id status } ... on PaymentDeclined { reason } ... on OrderNotPayable { orderStatus: status } } }`;
  return (await data(paying, { input }, token)).payOrder;
}

const orderQuery = `query ($id: ID!) { order(id: $id) { status payments { id status } tickets {
  id code status codeNumber event { name } type { name } holder { username } } } }`;

async function orderOnce(id: string, status: string, token = buyer.token) {
  return await eventually(async () => {
    const { order } = await data(orderQuery, { id }, token);
    expect(order.status).toBe(status);
    return order;
  });
}

async function scan(eventId: string, code: string, gate: string | null = null) {
  const scanning = `mutation ($input: CheckInInput!) { checkIn(input: $input) {
    __typename ... on CheckIn { ticket { id holder { username } } } ... on CheckInRefusal { reason } } }`;
  return (await data(scanning, { input: { eventId, code, gate } }, door.token)).checkIn;
}

/** Asked without scanning: until the door has heard, the scan would be let in. */
async function doorSays(eventId: string, code: string, reason: string): Promise<void> {
  const verifying =
    'query ($eventId: ID!, $code: String!) { verifyTicket(eventId: $eventId, code: $code) { reason } }';
  await eventually(async () => {
    const { verifyTicket } = await data(verifying, { eventId, code }, door.token);
    expect(verifyTicket).toEqual({ reason });
  });
}

describe('a sale, through the gateway', () => {
  test('ends at the door: bought, paid, admitted once, at the right gate', async () => {
    const { eventId, typeId } = await sale();
    const orderId = await reserve(eventId, typeId, 2);
    expect(await pay(orderId)).toMatchObject({ __typename: 'Payment', status: 'SUCCEEDED' });
    const { tickets, payments } = await orderOnce(orderId, 'PAID');
    expect(payments).toMatchObject([{ status: 'SUCCEEDED' }]);
    expect(tickets).toHaveLength(2);
    expect(tickets[0]).toMatchObject({
      event: { name: 'A concert' },
      type: { name: 'Standing' },
      holder: { username: 'bea' },
    });
    expect(await scan(eventId, tickets[0].code, 'South')).toMatchObject({ reason: 'PRODUCT' });
    expect(await scan(eventId, tickets[0].code, 'North')).toMatchObject({
      __typename: 'CheckIn',
      ticket: { id: tickets[0].id, holder: { username: 'bea' } },
    });
    expect(await scan(eventId, tickets[0].code)).toMatchObject({ reason: 'ALREADY_REDEEMED' });
    const joined = await data(
      `query ($id: ID!) { event(id: $id) { ticketTypes { available } summary {
        sales { sold reserved revenue { amount currency } } attendance { totalCheckedIn expected } } } }`,
      { id: eventId },
    );
    expect(joined.event).toEqual({
      ticketTypes: [{ available: 3 }],
      summary: {
        sales: { sold: 2, reserved: 0, revenue: [{ amount: 5000, currency: 'EUR' }] },
        attendance: { totalCheckedIn: 1, expected: 2 },
      },
    });
  });

  test('a declined card leaves the order to another one, and nobody else sees it', async () => {
    const { eventId, typeId } = await sale();
    const orderId = await reserve(eventId, typeId);
    expect(await pay(orderId, 'pm_card_visa_chargeDeclinedInsufficientFunds')).toMatchObject({
      __typename: 'PaymentDeclined',
      reason: 'insufficient_funds',
    });
    const stranger = await system.person(`s${newId()}`);
    const { errors } = await system.ask(orderQuery, { id: orderId }, stranger.token);
    expect(errors[0].extensions.code).toBe('NOT_FOUND');
    expect(await pay(orderId)).toMatchObject({ status: 'SUCCEEDED' });
  });

  test('an unpaid order gives its tickets back', async () => {
    const { eventId, typeId } = await sale(1);
    const orderId = await reserve(eventId, typeId);
    await orderOnce(orderId, 'EXPIRED');
    expect(await pay(orderId)).toMatchObject({ __typename: 'OrderNotPayable', orderStatus: 'EXPIRED' });
    expect(await reserve(eventId, typeId)).toBeDefined();
  });

  test('a transferred ticket admits its new holder only', async () => {
    const { eventId, typeId } = await sale();
    const friend = await system.person(`f${newId()}`);
    const { me } = await data('{ me { username } }', {}, friend.token);
    const orderId = await reserve(eventId, typeId);
    await pay(orderId);
    const { tickets } = await orderOnce(orderId, 'PAID');
    const transfer =
      'mutation ($id: ID!, $to: String!) { transferTicket(id: $id, toUsername: $to) { code } }';
    const { transferTicket } = await data(
      transfer,
      { id: tickets[0].id, to: me.username.toUpperCase() },
      buyer.token,
    );
    expect(transferTicket.code).toBeNull();
    await doorSays(eventId, tickets[0].code, 'REVOKED');
    const mine = await data('{ myTickets { edges { node { code } } } }', {}, friend.token);
    expect(await scan(eventId, mine.myTickets.edges[0].node.code)).toMatchObject({ __typename: 'CheckIn' });
  });

  test('a resold ticket goes to its buyer, and its seller has a payout to come', async () => {
    const { eventId, typeId } = await sale();
    const orderId = await reserve(eventId, typeId);
    await pay(orderId);
    const { tickets } = await orderOnce(orderId, 'PAID');
    const listing =
      'mutation ($id: ID!) { listTicket(ticketId: $id, price: { amount: 2000, currency: "EUR" }) { id } }';
    const { listTicket } = await data(listing, { id: tickets[0].id }, buyer.token);
    const second = await system.person(`r${newId()}`);
    const reserving =
      'mutation ($id: ID!, $key: String!) { reserveListing(id: $id, idempotencyKey: $key) { ... on Order { id total { amount } } } }';
    const { reserveListing } = await data(reserving, { id: listTicket.id, key: newId() }, second.token);
    expect(reserveListing.total.amount).toBe(2000);
    await pay(reserveListing.id, 'pm_card_visa', second.token);
    const bought = await orderOnce(reserveListing.id, 'PAID', second.token);
    expect(bought.tickets).toMatchObject([{ id: tickets[0].id, codeNumber: 2 }]);
    await doorSays(eventId, tickets[0].code, 'REVOKED');
    expect(await scan(eventId, bought.tickets[0].code)).toMatchObject({ __typename: 'CheckIn' });
    const { myPayouts } = await data(
      '{ myPayouts { edges { node { amount { amount } status } } } }',
      {},
      buyer.token,
    );
    expect(myPayouts.edges[0].node).toEqual({ amount: { amount: 2000 }, status: 'DUE' });
  });

  test('a refund voids the tickets and puts them on sale again', async () => {
    const { eventId, typeId } = await sale(1);
    const orderId = await reserve(eventId, typeId);
    const { id } = await pay(orderId);
    const { tickets } = await orderOnce(orderId, 'PAID');
    const refund =
      'mutation ($id: ID!) { refundPayment(id: $id, reason: "Ill") { status refund { amount { amount } } } }';
    expect((await data(refund, { id })).refundPayment).toMatchObject({
      refund: { amount: { amount: 2500 } },
    });
    await orderOnce(orderId, 'REFUNDED');
    await doorSays(eventId, tickets[0].code, 'CANCELED');
    expect(await reserve(eventId, typeId)).toBeDefined();
  });

  test('a canceled event ends its sale and pays everyone back', async () => {
    const { eventId, typeId } = await sale();
    const paid = await reserve(eventId, typeId);
    await pay(paid);
    const open = await reserve(eventId, typeId);
    await orderOnce(paid, 'PAID');
    await data('mutation ($id: ID!) { cancelEvent(id: $id, reason: "Storm") { status } }', { id: eventId });
    await orderOnce(open, 'CANCELED');
    const { payments, tickets } = await orderOnce(paid, 'REFUNDED');
    expect(payments).toMatchObject([{ status: 'REFUNDED' }]);
    expect(tickets[0].code).toBeNull();
  });

  test('has left books that agree over all services', async () => {
    expect(await findDisagreements(system.database.pool)).toEqual([]);
  });
});
