import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { InProcessBus } from '@tixgo/platform/facts/in-process-bus.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import { type Answer, SubgraphClient, userViewer } from '@tixgo/platform/testing/ask.ts';
import { createTestDatabase, type TestDatabase } from '@tixgo/platform/testing/test-database.ts';
import { readHostEnvironment } from '../env.ts';
import { Databases } from '../host/databases.ts';
import { createDemoData, type DemoSystem } from '../host/demo/create-demo-data.ts';
import { demoEvents } from '../host/demo/demo-events.ts';
import { type HostedSystem, hostSubgraphs } from '../host/hosted-system.ts';

/** A Wednesday, five in the afternoon in London. */
const now = new Date('2026-03-18T17:00:00.000Z');
const log = createLog('silent');
const admin = userViewer('ADMIN');
const crowded = demoEvents.filter(({ crowd }) => crowd).map(({ id }) => id);
const selling = demoEvents.filter(({ sale }) => sale).map(({ id }) => id);

let database: TestDatabase;
let databases: Databases;
let system: HostedSystem;

async function begin(): Promise<void> {
  database = await createTestDatabase();
  const { url } = database;
  const environment = readHostEnvironment({ DATA_DIR: 'memory', DATABASE_URL: url, BCRYPT_COST: '4' });
  databases = new Databases({ ...environment.common, databasePoolSize: 5 }, log);
  const bus = new InProcessBus(log);
  system = await hostSubgraphs({ environment, databases, bus, log, clock: () => now });
}

async function end(): Promise<void> {
  await system.stop();
  await databases.close();
  await database.close();
}

async function createData(on: DemoSystem = system, at = now): Promise<void> {
  await createDemoData(on, { database, clock: () => at, log });
  await noneOf(`select from payment.payment join ticket."order" on "order".id = payment.order_id
    where payment.status = 'PROCESSING' or (payment.status = 'SUCCEEDED' and "order".status = 'PENDING')`);
}

/** Facts take a moment to travel. */
async function noneOf(query: string): Promise<void> {
  const deadline = Date.now() + 5_000;
  while ((await database.pool.query(query)).rowCount !== 0) {
    if (Date.now() > deadline) throw new Error(`There still is what was asked for by ${query}`);
    await setTimeout(20);
  }
}

/** The system, one of whose services lets `before` go first at each call. */
function interrupted(part: keyof DemoSystem, useCase: string, before: () => void): DemoSystem {
  const services: Record<string, unknown> = { ...system[part]?.services };
  const call = services[useCase] as (...args: unknown[]) => Promise<unknown>;
  services[useCase] = async (...args: unknown[]) => {
    before();
    return await call(...args);
  };
  return { ...system, [part]: { services } };
}

/** The system, one of whose services fails at its nth call and from then on, as if the process had ended there. */
function endingAt(part: keyof DemoSystem, useCase: string, calls: number): DemoSystem {
  let left = calls;
  return interrupted(part, useCase, () => {
    left -= 1;
    if (left <= 0) throw new Error('The process has ended.');
  });
}

async function ask(part: keyof DemoSystem, query: string, variables = {}): Promise<Answer> {
  const subgraph = system[part];
  if (!subgraph) throw new Error(`${part} is not hosted.`);
  return await new SubgraphClient(subgraph).data(query, variables, admin);
}

async function listEvents(): Promise<Answer[]> {
  const { events } = await ask(
    'event',
    '{ events(first: 100) { edges { node { id name status admission entryPolicy startsAt endsAt updatedAt } } } }',
  );
  return events.edges.map(({ node }: Answer) => node);
}

async function attendanceOf(eventId: string): Promise<Answer> {
  const { attendance } = await ask(
    'attendance',
    `query($eventId: ID!) { attendance(eventId: $eventId) {
      totalCheckedIn inside refused gates { gate checkedIn inside } timeline(bucket: DAY) { from entries exits }
      records(first: 1) { totalCount }
    } }`,
    { eventId },
  );
  return attendance;
}

async function salesOf(ids: readonly string[] = selling): Promise<Answer[]> {
  const { _entities } = await ask(
    'ticket',
    `query($events: [_Any!]!) { _entities(representations: $events) { ... on Event { id
      ticketTypes { name price { amount currency } capacity available salesStart salesEnd gates }
      resaleListings { edges { node { type { name } price { amount currency } status } } } } } }`,
    { events: ids.map((id) => ({ __typename: 'Event', id })) },
  );
  return _entities;
}

async function ordersOf(eventId: string | null = null): Promise<Answer[]> {
  const { orders } = await ask(
    'ticket',
    `query($eventId: ID) { orders(first: 100, filter: { eventId: $eventId }) { edges { node {
      status total { amount currency } lines { type { name } quantity } tickets { type { name } status } } } } }`,
    { eventId },
  );
  return orders.edges.map(({ node }: Answer) => node);
}

async function everything() {
  const attendance = await Promise.all(crowded.map(attendanceOf));
  const { users } = await ask('identity', '{ users(first: 100) { edges { node { username role } } } }');
  const roles = Object.fromEntries(users.edges.map(({ node }: Answer) => [node.username, node.role]));
  const undone = await database.pool.query("select count(*) from attendance.scan where outcome = 'UNDONE'");
  const [sales, orders] = [await salesOf(), await ordersOf()];
  return { events: await listEvents(), attendance, roles, undone: undone.rows, sales, orders };
}

describe('a new system', () => {
  beforeAll(async () => {
    await begin();
    await createData();
  });

  afterAll(end);

  test('has events in many places and states, people at the door and thousands of check-ins', async () => {
    const { events, attendance, roles } = await everything();
    expect(events).toHaveLength(demoEvents.length);
    expect(new Set(events.map(({ status }) => status))).toEqual(new Set(['PUBLISHED', 'DRAFT', 'CANCELED']));
    const at = now.toISOString();
    expect(events.filter(({ endsAt }) => endsAt < at).length).toBeGreaterThan(0);
    expect(events.filter(({ startsAt, endsAt }) => startsAt < at && endsAt > at).length).toBeGreaterThan(0);
    expect(events.filter(({ startsAt }) => startsAt > at).length).toBeGreaterThan(0);
    for (const { totalCheckedIn, refused } of attendance) {
      expect(totalCheckedIn).toBeGreaterThan(100);
      expect(refused).toBeGreaterThan(0);
    }
    expect(roles).toEqual({
      admin: 'ADMIN',
      'demo-buyer-1': 'USER',
      'demo-buyer-2': 'USER',
      'demo-door-1': 'SCANNER',
      'demo-door-2': 'SCANNER',
      'demo-door-3': 'SCANNER',
    });
  });

  test('sells in several currencies: free, sold out, still to open, by gate and on resale', async () => {
    const [evt1, ...others] = await salesOf(['evt1', 'demo-aurora-strings', 'demo-noite-do-samba']);
    const [strings, samba] = others;
    expect(evt1.ticketTypes).toMatchObject([
      { name: 'Seat', price: { amount: 0, currency: 'EUR' } },
      { name: 'Supporter seat', price: { amount: 1_500, currency: 'EUR' } },
    ]);
    expect(strings.ticketTypes).toMatchObject([
      { name: 'Stalls', price: { currency: 'ISK' }, gates: ['Foyer'], available: 317 },
      { name: 'Balcony', price: { currency: 'ISK' }, gates: ['Balcony'], available: 138 },
    ]);
    expect(samba.ticketTypes).toMatchObject([
      { capacity: 12, available: 0, price: { currency: 'BRL' } },
      { capacity: 900, available: 898, salesStart: null },
      { gates: ['Portão Lateral'], available: 80 },
    ]);
    expect(new Date(samba.ticketTypes[2].salesStart).getTime()).toBeGreaterThan(now.getTime());
    expect(strings.resaleListings.edges).toEqual([
      { node: { type: { name: 'Stalls' }, price: { amount: 11_500, currency: 'ISK' }, status: 'OPEN' } },
    ]);
    const orders = await ordersOf();
    expect(orders).toHaveLength(6);
    expect(new Set(orders.map(({ status }) => status))).toEqual(new Set(['PAID']));
  });

  test('a second start changes nothing, also days later', async () => {
    const first = await everything();
    await createData(system, new Date(now.getTime() + 3 * 86_400_000));
    expect(await everything()).toEqual(first);
  });

  test('what is counted is what the log says', async () => {
    const { rows } = await database.pool.query(
      `
      with standing as (
        select scan.* from attendance.scan where outcome = 'ADMITTED'
        and not exists (select from attendance.scan undoing where undoing.undoes = scan.id)
      ), latest as (
        select distinct on (event_id, ticket_id) event_id, direction from standing order by event_id, ticket_id, at desc
      )
      select event.id,
        (select count(distinct ticket_id)::int from standing where event_id = event.id and direction = 'ENTRY') as "totalCheckedIn",
        (select count(*)::int from latest where event_id = event.id and direction = 'ENTRY') as inside,
        (select count(*)::int from attendance.scan where event_id = event.id and outcome = 'REFUSED') as refused
      from unnest($1::text[]) as event(id)`,
      [crowded],
    );
    expect(rows).toHaveLength(crowded.length);
    for (const { id, ...counted } of rows) expect(await attendanceOf(id)).toMatchObject(counted);
  });

  test('evt1 is open and takes TKT-001 once', async () => {
    const checkIn = () =>
      ask(
        'attendance',
        'mutation { checkIn(input: { eventId: "evt1", ticketId: "TKT-001" }) { __typename } }',
      );
    expect(await attendanceOf('evt1')).toMatchObject({ totalCheckedIn: 0, records: { totalCount: 0 } });
    expect(await checkIn()).toEqual({ checkIn: { __typename: 'CheckIn' } });
    expect(await checkIn()).toEqual({ checkIn: { __typename: 'CheckInRefusal' } });
  });
});

describe('a start that ends in the middle', () => {
  let whole: Awaited<ReturnType<typeof everything>>;

  beforeAll(async () => {
    await begin();
    await createData();
    whole = await everything();
    await end();
  });

  beforeEach(begin);
  afterEach(end);

  test.each([
    ['event', 'createEvent', 5],
    ['event', 'cancelEvent', 1],
    ['identity', 'addUser', 2],
    ['attendance', 'runScanBatch', 12],
    ['attendance', 'undoCheckIn', 4],
    ['identity', 'addUser', 5],
    ['ticket', 'createTicketType', 4],
    ['ticket', 'reserveTickets', 4],
    ['payment', 'payOrder', 3],
    ['ticket', 'listTicket', 1],
  ] as const)('at %s.%s, call %i, is completed by the next one', async (part, useCase, call) => {
    await createData(endingAt(part, useCase, call));
    expect(await everything()).not.toEqual(whole);
    await createData();
    expect(await everything()).toEqual(whole);
  });

  test('another host that starts meanwhile makes nothing twice', async () => {
    let other: Promise<void> | undefined;
    const meeting = interrupted('ticket', 'reserveTickets', () => {
      other ??= createData();
    });
    await createData(meeting);
    await other;
    expect(await everything()).toEqual(whole);
  });

  test('an order that ran out before the next start is ordered again', async () => {
    await createData(endingAt('payment', 'payOrder', 4));
    const passed = new Date(now.getTime() - 1_000);
    const { rowCount } = await database.pool.query(
      `update ticket."order" set expires_at = $1, held_until = $1 where status = 'PENDING'`,
      [passed],
    );
    expect(rowCount).toBe(1);
    await createData();
    const { orders, ...rest } = await everything();
    const { orders: wholeOrders, ...wholeRest } = whole;
    expect(rest).toEqual(wholeRest);
    expect(orders.filter(({ status }) => status !== 'EXPIRED')).toHaveLength(wholeOrders.length);
    expect(orders).toHaveLength(wholeOrders.length + 1);
  });
});

describe('what somebody has done', () => {
  beforeEach(begin);
  afterEach(end);

  test('what somebody changed, canceled, published or deleted stays so', async () => {
    await createData();
    await ask(
      'event',
      'mutation { updateEvent(id: "demo-noite-do-samba", input: { name: "Samba" }) { id } }',
    );
    await ask('event', 'mutation { updateEvent(id: "demo-design-week", input: { name: "Week" }) { id } }');
    await ask('event', 'mutation { cancelEvent(id: "evt1", reason: "Rain.") { id } }');
    await ask('event', 'mutation { publishEvent(id: "demo-kumo-no-ma") { id } }');
    await ask('event', 'mutation { deleteEvent(id: "demo-pier-jazz") }');
    await noneOf(`select from ticket."order" where event_id = 'evt1' and status in ('PENDING', 'PAID')`);
    const changed = await everything();
    expect(changed.events).toHaveLength(demoEvents.length - 1);
    await createData();
    expect(await everything()).toEqual(changed);
  });

  test('an event that was changed before its crowd was complete is left as it is', async () => {
    await createData(endingAt('attendance', 'runScanBatch', 5));
    for (const id of crowded) {
      await ask('event', 'mutation($id: ID!) { updateEvent(id: $id, input: { gates: [] }) { id } }', { id });
    }
    const { events, attendance } = await everything();
    await createData();
    expect(await everything()).toMatchObject({ events, attendance });
  });

  test('somebody who has the name of a demo scanner does not become one', async () => {
    await ask(
      'identity',
      'mutation { register(input: { username: "Demo-Door-1", password: "long-enough" }) { user { id } } }',
    );
    await createData();
    const { roles } = await everything();
    expect(roles).toMatchObject({ 'Demo-Door-1': 'USER', 'demo-door-2': 'SCANNER' });
    expect((await attendanceOf('demo-monsoon-conf')).totalCheckedIn).toBeGreaterThan(100);
  });

  test('ticket types that somebody made, or changed before the sale was complete, stay the only ones', async () => {
    await createData(endingAt('ticket', 'createTicketType', 4));
    const creating = 'mutation($input: CreateTicketTypeInput!) { createTicketType(input: $input) { id } }';
    const price = { amount: 500, currency: 'ISK' };
    const input = { eventId: 'demo-aurora-strings', name: 'Standing', price, capacity: 20 };
    await ask('ticket', creating, { input });
    await database.pool.query(`update ticket.ticket_type set name = 'Lote' where name = '1º lote'`);
    const changed = await salesOf(['demo-aurora-strings', 'demo-noite-do-samba']);
    await createData();
    expect(await salesOf(['demo-aurora-strings', 'demo-noite-do-samba'])).toEqual(changed);
  });

  test('a listing that its seller withdrew is not offered again', async () => {
    await createData();
    const { rows } = await database.pool.query('select id, seller_id from ticket.listing');
    expect(rows).toHaveLength(1);
    const seller = { ...userViewer('USER'), id: rows[0].seller_id };
    await system.ticket?.services.cancelListing(seller, rows[0].id);
    await createData();
    const [strings] = await salesOf(['demo-aurora-strings']);
    expect(strings.resaleListings.edges).toEqual([]);
  });

  test.each(['ticket', 'payment'] as const)('where %s is elsewhere nothing is sold', async (part) => {
    await createData({ ...system, [part]: undefined });
    expect(await ordersOf()).toEqual([]);
    expect((await salesOf()).flatMap(({ ticketTypes }) => ticketTypes)).toEqual([]);
    expect((await attendanceOf('demo-monsoon-conf')).totalCheckedIn).toBeGreaterThan(100);
  });

  test('a subgraph that is elsewhere gets no demo data, and neither do the others', async () => {
    await createData({ ...system, event: undefined });
    expect(await listEvents()).toEqual([]);
  });
});
