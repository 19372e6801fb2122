import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import { buyTickets, sellOn } from './ticket-holder.ts';
import { type Answer, admin, buyer, startTickets, type TicketSystem } from './ticket-system.ts';

let system: TicketSystem;
afterAll(() => system.close());

const [bea, carl, dora] = [buyer(), buyer(), buyer()];
const cursorOf = (...values: unknown[]) => Buffer.from(JSON.stringify(values)).toString('base64url');

/** Each list with who reads it and what stands in it, oldest first. */
const lists = {
  myOrders: { viewer: bea, ids: [] as string[] },
  myTickets: { viewer: bea, ids: [] as string[] },
  myPayouts: { viewer: bea, ids: [] as string[] },
  orders: { viewer: admin, ids: [] as string[] },
  payouts: { viewer: admin, ids: [] as string[] },
};
type List = keyof typeof lists;
const names = Object.keys(lists) as List[];
/** What an admin may look for, oldest first. */
const orders: { id: string; eventId: string; buyerId: string; status: string }[] = [];
const payouts: { id: string; sellerId: string; status: string }[] = [];

function noteOrder(id: string, { id: buyerId }: UserViewer, eventId: string, status = 'PAID'): void {
  orders.push({ id, eventId, buyerId, status });
  lists.orders.ids.push(id);
  if (buyerId === bea.id) lists.myOrders.ids.push(id);
}

async function sellSeat(seller: UserViewer, eventId: string, typeId: string): Promise<void> {
  const holding = await buyTickets(system, { holder: seller, eventId, typeId });
  noteOrder(holding.orderId, seller, eventId);
  const { orderId, holder, listingId } = await sellOn(system, holding);
  noteOrder(orderId, holder, eventId);
  const { rows } = await system.database.pool.query('select id from ticket.payout where listing_id = $1', [
    listingId,
  ]);
  payouts.push({ id: rows[0].id, sellerId: seller.id, status: 'DUE' });
  lists.payouts.ids.push(rows[0].id);
  if (seller === bea) lists.myPayouts.ids.push(rows[0].id);
}

/** Bea orders two free tickets of a party, and she and Carl sell a seat of a concert on: five times. */
beforeAll(async () => {
  system = await startTickets({ works: false });
  system.at('2026-05-01T10:00:00.000Z');
  const [concert, party] = [await someEvent(), await someEvent()];
  const seat = await system.type(concert, { capacity: 20 });
  const entry = await system.type(party, { price: { amount: 0, currency: 'EUR' }, capacity: 20 });
  for (let count = 0; count < 5; count += 1) {
    const order = await system.reserve(bea, party, entry, 2);
    noteOrder(order.id, bea, party);
    lists.myTickets.ids.push(...order.tickets.map(({ id }: { id: string }) => id));
    for (const seller of [bea, carl]) await sellSeat(seller, concert, seat);
  }
  noteOrder((await system.reserve(dora, concert, seat)).id, dora, concert, 'PENDING');
});

const someEvent = async () => await system.event({ endsAt: '2026-07-01T00:00:00.000Z' });

async function page(list: List, args: Record<string, unknown>): Promise<Answer> {
  const query = `query ($first: Int, $after: String) { ${list}(first: $first, after: $after) {
    edges { cursor node { id } } pageInfo { hasNextPage endCursor } } }`;
  return (await system.client.data(query, args, lists[list].viewer))[list];
}

async function refusedPage(list: List, args: Record<string, unknown>): Promise<Answer> {
  const query = `query ($first: Int, $after: String) { ${list}(first: $first, after: $after) { edges { cursor } } }`;
  return await system.client.refusal(query, args, lists[list].viewer);
}

describe.each(names)('%s', (list) => {
  test.each([1, 3, 5, 100])('come newest first, %d a page, each once, to the end', async (first) => {
    const expected = lists[list].ids.toReversed();
    const read: string[] = [];
    let after: string | null = null;
    do {
      const { edges, pageInfo }: Answer = await page(list, { first, after });
      read.push(...edges.map(({ node }: { node: { id: string } }) => node.id));
      expect(edges).toHaveLength(Math.min(first, expected.length - read.length + edges.length));
      expect(pageInfo).toEqual({
        hasNextPage: read.length < expected.length,
        endCursor: edges.at(-1).cursor,
      });
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (after !== null);
    expect(read).toEqual(expected);
  });

  test('go on behind any of their rows, and end behind the last', async () => {
    const { edges } = await page(list, { first: null });
    for (const [index, { cursor }] of edges.entries()) {
      const rest = await page(list, { after: cursor });
      expect(rest.edges.map(({ node }: { node: { id: string } }) => node.id).slice(0, 4)).toEqual(
        lists[list].ids.toReversed().slice(index + 1, index + 5),
      );
    }
    const [oldest = ''] = lists[list].ids;
    expect(await page(list, { after: cursorOf(list, oldest) })).toEqual({
      edges: [],
      pageInfo: { hasNextPage: false, endCursor: null },
    });
  });

  test.each([0, -1, 101, 10_000, -2_147_483_648])('refuse a page of %d', async (first) => {
    expect(await refusedPage(list, { first })).toMatchObject({ code: 'BAD_USER_INPUT', field: 'first' });
  });

  test('refuse what is no cursor of theirs', async () => {
    const others = await Promise.all(
      names
        .filter((other) => other !== list)
        .map(async (other) => (await page(other, {})).pageInfo.endCursor),
    );
    const id = newId();
    const garbage = [
      '',
      ' ',
      'nonsense',
      '\u0000',
      id,
      cursorOf(list),
      cursorOf(list, 'T1'),
      cursorOf(list, id, id),
    ];
    for (const after of [...others, ...garbage, cursorOf(list, 1), cursorOf(`${list}:`, id)]) {
      const refusal = await refusedPage(list, { after });
      expect([after, refusal]).toEqual([
        after,
        expect.objectContaining({ code: 'BAD_USER_INPUT', field: 'after' }),
      ]);
    }
  });

  test('ask who reads them', async () => {
    const query = `{ ${list} { edges { cursor } } }`;
    expect(await system.client.refusal(query)).toMatchObject({ code: 'UNAUTHENTICATED' });
    const stranger = await system.client.answer(query, {}, buyer());
    if (lists[list].viewer === admin) expect(stranger.errors?.[0]?.extensions?.code).toBe('FORBIDDEN');
    else expect(stranger).toMatchObject({ data: { [list]: { edges: [] } } });
  });
});

describe('an admin looks for', () => {
  const found = async (
    list: 'orders' | 'payouts',
    filter: Record<string, unknown> | null,
  ): Promise<string[]> => {
    const type = list === 'orders' ? 'OrderFilter' : 'PayoutFilter';
    const query = `query ($filter: ${type}) { ${list}(filter: $filter, first: 100) { edges { node { id } } } }`;
    const { edges } = (await system.client.data(query, { filter }, admin))[list];
    return edges.map(({ node }: { node: { id: string } }) => node.id).reverse();
  };
  const idsOf = <Row extends { id: string }>(rows: readonly Row[], isWanted: (row: Row) => boolean) =>
    rows.filter(isWanted).map(({ id }) => id);

  test('orders by event, buyer and status, and all of these together', async () => {
    const eventId = orders[0]?.eventId ?? '';
    const ofBea = { buyerId: bea.id };
    const isOfBea = ({ buyerId }: { buyerId: string }) => buyerId === bea.id;
    const isOfEvent = (order: { eventId: string }) => order.eventId === eventId;
    expect(await found('orders', { eventId })).toEqual(idsOf(orders, isOfEvent));
    expect(await found('orders', ofBea)).toEqual(idsOf(orders, isOfBea));
    expect(await found('orders', { status: 'PENDING' })).toEqual(
      idsOf(orders, ({ status }) => status === 'PENDING'),
    );
    expect(await found('orders', { ...ofBea, eventId, status: 'PAID' })).toEqual(
      idsOf(orders, (order) => isOfBea(order) && isOfEvent(order)),
    );
    for (const none of [
      { eventId: 'evt1' },
      { buyerId: newId() },
      { status: 'REFUNDED' },
      { ...ofBea, status: 'PENDING' },
    ]) {
      expect(await found('orders', none)).toEqual([]);
    }
    for (const all of [null, {}, { eventId: null, status: null, buyerId: null }]) {
      expect(await found('orders', all)).toEqual(lists.orders.ids);
    }
  });

  test('payouts by seller and status', async () => {
    expect(await found('payouts', { sellerId: carl.id })).toEqual(
      idsOf(payouts, ({ sellerId }) => sellerId === carl.id),
    );
    expect(await found('payouts', { sellerId: bea.id, status: 'DUE' })).toEqual(lists.myPayouts.ids);
    expect(await found('payouts', { status: 'SETTLED' })).toEqual([]);
    expect(await found('payouts', null)).toEqual(lists.payouts.ids);
  });

  test.each([
    ['orders(filter: { buyerId: "bea" })', 'filter.buyerId'],
    ['orders(filter: { buyerId: "" })', 'filter.buyerId'],
    ['orders(filter: { eventId: "Evt 1" })', 'filter.eventId'],
    ['orders(filter: { eventId: "evt\\u0000" })', 'filter.eventId'],
    ['payouts(filter: { sellerId: "bea" })', 'filter.sellerId'],
  ])('%s in vain', async (list, field) => {
    expect(await system.client.refusal(`{ ${list} { edges { cursor } } }`, {}, admin)).toMatchObject({
      code: 'BAD_USER_INPUT',
      field,
    });
  });
});
