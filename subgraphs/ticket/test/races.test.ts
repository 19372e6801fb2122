import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import { SubgraphClient } from '@tixgo/platform/testing/ask.ts';
import { statementsDuring } from '@tixgo/platform/testing/statement-counter.ts';
import type { TicketSubgraph } from '../subgraph.ts';
import { expectStockToAgree } from './stock-agreement.ts';
import {
  type Answer,
  admin,
  buyer,
  reserveTickets,
  startTickets,
  type TicketSystem,
} from './ticket-system.ts';

let system: TicketSystem;
let replicas: TicketSubgraph[];
let clients: SubgraphClient[];

beforeAll(async () => {
  system = await startTickets({ poolSize: 40, works: false });
  // Coalesced replicas meet in the rows; the one without coalescing meets itself there.
  replicas = [system.subgraph, system.replica({ coalesce: true }), system.replica({ coalesce: false })];
  clients = replicas.map((replica) => new SubgraphClient(replica));
});
afterAll(() => system.close());

const start = '2026-05-01T10:00:00.000Z';
beforeEach(() => system.at(start));

const clientAt = (index: number) => clients[index % clients.length] ?? system.client;
const repeated = <T>(times: number, work: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: times }, (_, index) => work(index)));
const kinds = (answers: Answer[]) => {
  const of = (kind: string) => answers.filter(({ __typename }) => __typename === kind);
  return { orders: of('Order'), soldOut: of('SoldOut') };
};

async function reserve(
  client: SubgraphClient,
  eventId: string,
  basket: readonly (readonly [typeId: string, quantity: number])[],
  viewer = buyer(),
  idempotencyKey = newId(),
): Promise<Answer> {
  const lines = basket.map(([ticketTypeId, quantity]) => ({ ticketTypeId, quantity }));
  const input = { eventId, lines, idempotencyKey };
  return (await client.data(reserveTickets, { input }, viewer)).reserveTickets;
}

const someEvent = async () => await system.event({ endsAt: '2026-07-01T00:00:00.000Z' });

describe('buyers at once', () => {
  test('whose requests reach two replicas each are answered alike, and decided together still', async () => {
    const eventId = await someEvent();
    const typeId = await system.type(eventId, { capacity: 40 });
    const crowd = Array.from({ length: 60 }, () => ({ viewer: buyer(), key: newId() }));
    const send = async (client: SubgraphClient) =>
      await Promise.all(crowd.map(({ viewer, key }) => reserve(client, eventId, [[typeId, 1]], viewer, key)));
    let answers: Answer[][] = [];
    const statements = await statementsDuring(system.database, async () => {
      answers = await Promise.all([send(clientAt(0)), send(clientAt(1))]);
    });
    expect(answers[1]).toEqual(answers[0]);
    expect(kinds(answers[0] ?? []).orders).toHaveLength(40);
    // Each alone would be one each.
    expect(statements.filter((statement) => statement === 'begin').length).toBeLessThan(12);
    await expectStockToAgree(system.database, eventId);
  });

  test.each([
    ['one replica', 1],
    ['three replicas', 3],
  ])(
    '300 for 20 tickets: 20 hold one, and the others are told that it is sold out (%s)',
    async (_where, count) => {
      const eventId = await someEvent();
      const typeId = await system.type(eventId, { capacity: 20 });
      const answers = await repeated(300, (index) =>
        reserve(clients[index % count] ?? system.client, eventId, [[typeId, 1]]),
      );
      const { orders, soldOut } = kinds(answers);
      expect([orders.length, soldOut.length]).toEqual([20, 280]);
      expect(new Set(orders.map(({ id }) => id)).size).toBe(20);
      await expectStockToAgree(system.database, eventId);
    },
  );

  test('who want two types, in either order, all get an answer and no more than there are', async () => {
    const eventId = await someEvent();
    const seats = await system.type(eventId, { capacity: 40 });
    const standing = await system.type(eventId, { capacity: 30 });
    const baskets = [
      [
        [seats, 1],
        [standing, 1],
      ],
      [
        [standing, 1],
        [seats, 1],
      ],
    ] as const;
    const answers = await repeated(150, (index) =>
      reserve(clientAt(index), eventId, baskets[Math.floor(index / 3) % 2] ?? baskets[0]),
    );
    const { orders, soldOut } = kinds(answers);
    expect([orders.length, soldOut.length]).toEqual([30, 120]);
    await expectStockToAgree(system.database, eventId);
  });

  test('one who sends the same key twenty times over three replicas has one order', async () => {
    const eventId = await someEvent();
    const typeId = await system.type(eventId);
    const bea = buyer();
    const key = newId();
    const answers = await repeated(20, (index) => reserve(clientAt(index), eventId, [[typeId, 2]], bea, key));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    const { rows } = await system.database.pool.query(
      'select count(*)::int as orders from ticket."order" where buyer_id = $1',
      [bea.id],
    );
    expect(rows).toEqual([{ orders: 1 }]);
    await expectStockToAgree(system.database, eventId);
  });

  test('get exactly what lapsed orders held, while two replicas sweep them', async () => {
    const eventId = await someEvent();
    const typeId = await system.type(eventId, { capacity: 30 });
    const held = kinds(await repeated(30, (index) => reserve(clientAt(index), eventId, [[typeId, 1]])));
    expect(held.orders).toHaveLength(30);
    system.at('2026-05-01T10:02:00.000Z');
    const sweeps = repeated(10, async (index) => await replicas[index % 2]?.services.sweepLapsedOrders());
    const answers = await repeated(90, (index) => reserve(clientAt(index), eventId, [[typeId, 1]]));
    await sweeps;
    const { orders, soldOut } = kinds(answers);
    expect([orders.length, soldOut.length]).toEqual([30, 60]);
    await system.subgraph.services.sweepLapsedOrders();
    await expectStockToAgree(system.database, eventId);
  });

  test('and an organizer who changes the types and the event meanwhile do not stop one another', async () => {
    const rename = 'mutation ($id: ID!) { updateTicketType(id: $id, input: { name: "Seat" }) { name } }';
    const rounds = await repeated(8, async (round) => {
      const eventId = await someEvent();
      const types = await repeated(2, () => system.type(eventId, { capacity: 5 }));
      const basket = types.map((typeId) => [typeId, 1] as const);
      const [answers, changes] = await Promise.all([
        repeated(6, (index) => reserve(clientAt(round + index), eventId, basket)),
        repeated(6, (index) => clientAt(index).data(rename, { id: types[index % 2] }, admin)),
        repeated(3, (index) =>
          system.event({ eventId, endsAt: '2026-07-01T00:00:00.000Z', updatedAt: later(index) }),
        ),
      ]);
      await expectStockToAgree(system.database, eventId);
      return { orders: kinds(answers).orders.length, changes: changes.length };
    });
    expect(rounds).toEqual(rounds.map(() => ({ orders: 5, changes: 6 })));
  });
});

const later = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString();

describe('an order that is canceled while its payment comes in', () => {
  const cancel = 'mutation ($id: ID!) { cancelOrder(id: $id) { status } }';
  const orderOf = 'query ($id: ID!) { order(id: $id) { status tickets { id } } }';

  test('is either paid and kept, or canceled and paid back', async () => {
    const eventId = await someEvent();
    const typeId = await system.type(eventId, { capacity: 20 });
    const ends = await repeated(20, async (index) => {
      const bea = buyer();
      const { id } = await reserve(clientAt(index), eventId, [[typeId, 1]], bea);
      const paymentId = newId();
      const canceling = clientAt(index).answer(cancel, { id }, bea);
      await Promise.all([
        canceling,
        system.tell('payment.succeeded', id, { orderId: id, paymentId, amount: 2500 }),
      ]);
      const { order } = await system.client.data(orderOf, { id }, bea);
      const refused = (await canceling).errors?.[0]?.extensions?.code;
      const refunds = await system.toldOf('order.refund-due', id);
      return { status: order.status, tickets: order.tickets.length, refused, refunds: refunds.length };
    });
    const paid = { status: 'PAID', tickets: 1, refused: 'CONFLICT', refunds: 0 };
    const canceled = { status: 'CANCELED', tickets: 0, refused: undefined, refunds: 1 };
    expect(ends).toEqual(ends.map(({ status }) => (status === 'PAID' ? paid : canceled)));
    await expectStockToAgree(system.database, eventId);
  });
});

describe('a listing', () => {
  const list = /* GraphQL */ `
    mutation ($ticketId: ID!) { listTicket(ticketId: $ticketId, price: { amount: 100, currency: "EUR" }) { id } }
  `;
  const take = /* GraphQL */ `
    mutation ($id: ID!, $key: String!) {
      reserveListing(id: $id, idempotencyKey: $key) { __typename ... on Order { id } }
    }
  `;

  test('that thirty want at once is held by one of them', async () => {
    const eventId = await someEvent();
    const bea = buyer();
    const order = await system.reserve(bea, eventId, await system.type(eventId));
    await system.pay(order.id);
    const { order: paid } = await system.client.data(
      'query ($id: ID!) { order(id: $id) { tickets { id } } }',
      { id: order.id },
      bea,
    );
    const { listTicket } = await system.client.data(list, { ticketId: paid.tickets[0].id }, bea);
    const answers = await repeated(30, async (index) => {
      const variables = { id: listTicket.id, key: newId() };
      return (await clientAt(index).data(take, variables, buyer())).reserveListing.__typename;
    });
    expect(answers.filter((kind) => kind === 'Order')).toHaveLength(1);
    expect(answers.filter((kind) => kind === 'ListingGone')).toHaveLength(29);
    await expectStockToAgree(system.database, eventId);
  });
});
