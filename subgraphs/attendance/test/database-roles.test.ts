import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { DatabaseServer } from '@tixgo/platform/database/database.ts';
import { migrateSchema } from '@tixgo/platform/database/migrate.ts';
import { newId } from '@tixgo/platform/ids.ts';
import { schemas } from '../../../scripts/schemas.ts';
import { keyedDocuments } from './buying-documents.ts';
import { startTestHost, type TestHost } from './host-client.ts';
import { RestrictedDatabase, services } from './restricted-database.ts';

const permissionDenied = '42501';

/** `done`, or the code of the refusal. */
async function outcome({ pool }: DatabaseServer, statement: string): Promise<string> {
  return await pool.query(statement).then(
    () => 'done',
    (error: { code: string }) => error.code,
  );
}

const schemasOf = (service: string) => (schemas[service] ?? []).map(({ schema }) => schema);
const allSchemas = services.flatMap(schemasOf);

/** The full names of the tables of these schemas. */
async function tablesOf({ database }: RestrictedDatabase, wanted: readonly string[]): Promise<string[]> {
  const { rows } = await database.pool.query(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = any($1)`,
    [wanted],
  );
  return rows.map(({ name }) => name);
}

/** What the service's role meets at the tables, whatever it does to their rows. */
async function meets(server: DatabaseServer, tables: readonly string[]): Promise<Set<string>> {
  const statements = tables.flatMap((table) => [
    `select from ${table} limit 1`,
    `insert into ${table} select * from ${table} limit 0`,
    `select from ${table} limit 1 for update`,
    `delete from ${table} where false`,
  ]);
  const met = new Set<string>();
  for (const statement of statements) met.add(await outcome(server, statement));
  return met;
}

/** Reading and writing in its own schemas, and nothing beside. */
async function expectOwnOnly(restricted: RestrictedDatabase, service: string): Promise<void> {
  const server = await restricted.connect(service);
  const own = await tablesOf(restricted, schemasOf(service));
  const others = allSchemas.filter((schema) => !schemasOf(service).includes(schema));
  expect(own.length).toBeGreaterThan(2);
  // Numbers that PostgreSQL gives itself cannot be inserted: what is refused there is the statement.
  expect(await meets(server, own)).toEqual(new Set(['done', '428C9']));
  expect(await meets(server, await tablesOf(restricted, others))).toEqual(new Set([permissionDenied]));
}

describe('the roles of deploy/postgres/roles.sql', () => {
  let restricted: RestrictedDatabase;
  beforeAll(async () => {
    restricted = await RestrictedDatabase.create();
    await restricted.makeRoles();
    await restricted.migrate();
  });
  afterAll(() => restricted.close());

  test.each(services)('let %s read and write its own schemas, and nothing beside', async (service) => {
    await expectOwnOnly(restricted, service);
  });

  test.each(services)('let %s make and change no tables', async (service) => {
    const server = await restricted.connect(service);
    const [table] = await tablesOf(restricted, schemasOf(service));
    const statements = [
      ...['public', 'migrations', ...allSchemas].map((schema) => `create table ${schema}.mine (id int)`),
      'create temporary table mine (id int)',
      'create schema mine',
      `truncate ${table}`,
      `delete from migrations.${schemasOf(service)[0]}`,
    ];
    for (const statement of statements) {
      expect([statement, await outcome(server, statement)]).toEqual([statement, permissionDenied]);
    }
    // Whoever does not own it is told so.
    expect(await outcome(server, `alter table ${table} add column mine int`)).toBe(permissionDenied);
    expect(await outcome(server, `drop table ${table}`)).toBe(permissionDenied);
  });

  test('hold for what later migrations make', async () => {
    const migrator = await restricted.connect('migrate');
    await migrator.pool.query(`create table ticket.later (id int generated always as identity, note text)`);
    const insert = `insert into ticket.later (note) values ('sold')`;
    expect(await outcome(await restricted.connect('ticket'), insert)).toBe('done');
    expect(await outcome(await restricted.connect('event'), insert)).toBe(permissionDenied);
    await migrator.pool.query('drop table ticket.later');
  });

  test('may be made once more, by which nothing changes', async () => {
    await restricted.makeRoles();
    await expectOwnOnly(restricted, 'ticket');
  });
});

describe('roles for a database', () => {
  let restricted: RestrictedDatabase;
  beforeEach(async () => {
    restricted = await RestrictedDatabase.create();
  });
  afterEach(() => restricted.close());

  test('that one role has made and filled take it over', async () => {
    for (const migrations of Object.values(schemas).flat()) {
      await migrateSchema(restricted.database, migrations);
    }
    await restricted.makeRoles();
    await expectOwnOnly(restricted, 'attendance');
    const migrator = await restricted.connect('migrate');
    expect(await outcome(migrator, 'alter table payment.payment add column later text')).toBe('done');
    await restricted.migrate();
  });

  test('may be made by who owns it and is no superuser', async () => {
    const owner = await restricted.handOverToOwner();
    await restricted.makeRoles(owner);
    await restricted.makeRoles(owner);
    await restricted.migrate();
    await expectOwnOnly(restricted, 'identity');
  });
});

describe('a host whose services each have a role of their own', () => {
  let restricted: RestrictedDatabase;
  let system: TestHost;
  let buyer: { id: string; token: string };
  beforeAll(async () => {
    restricted = await RestrictedDatabase.create();
    await restricted.makeRoles();
    await restricted.migrate();
    const urls = services.map((service) => [
      `${service.toUpperCase()}_DATABASE_URL`,
      restricted.url(service),
    ]);
    const environment = { DATABASE_URL: '', MIGRATE: 'off', ...Object.fromEntries(urls) };
    system = await startTestHost(environment, restricted.database);
    buyer = await system.person('bea');
  });
  afterAll(async () => {
    await system.host.stop();
    await restricted.close();
  });

  const answer = async (query: string, variables: Record<string, unknown>, token = system.admin) => {
    const { data, errors } = await system.ask(query, variables, token);
    if (errors) throw new Error(JSON.stringify(errors));
    const [value] = Object.values<Record<string, string>>(data);
    return value ?? {};
  };

  test('keeps nothing in itself, and is told apart by service on the server', async () => {
    expect(system.host.isEmbedded).toBe(false);
    const { rows } = await restricted.database.pool.query(`select distinct application_name as name
      from pg_stat_activity where datname = current_database() and application_name like 'tixgo-%' order by 1`);
    expect(rows.map(({ name }) => name)).toEqual(services.map((service) => `tixgo-${service}`).sort());
  });

  test('sells a ticket and lets its holder in', async () => {
    const startsAt = new Date(Date.now() + 86_400_000).toISOString();
    const endsAt = new Date(Date.now() + 2 * 86_400_000).toISOString();
    const event = { name: 'A concert', startsAt, endsAt, timezone: 'UTC' };
    const { id: eventId } = await answer(
      'mutation ($input: CreateEventInput!) { createEvent(input: $input) { id } }',
      { input: event },
    );
    const type = { eventId, name: 'Standing', price: { amount: 2500, currency: 'EUR' }, capacity: 5 };
    const { id: ticketTypeId } = await answer(
      'mutation ($input: CreateTicketTypeInput!) { createTicketType(input: $input) { id } }',
      { input: type },
    );
    const lines = [{ ticketTypeId, quantity: 1 }];
    const reservation = { eventId, lines, idempotencyKey: newId() };
    const order = await answer(keyedDocuments.reserveTickets, { input: reservation }, buyer.token);
    const payment = { orderId: order.id, paymentMethod: 'pm_card_visa', idempotencyKey: newId() };
    expect(await answer(keyedDocuments.payOrder, { input: payment }, buyer.token)).toMatchObject({
      __typename: 'Payment',
      status: 'SUCCEEDED',
    });
    const code = await codeOnce(order.id);
    const scan = { eventId, code };
    expect(await answer(keyedDocuments.checkIn, { input: scan })).toMatchObject({ __typename: 'CheckIn' });
    expect(await answer(keyedDocuments.checkIn, { input: scan })).toMatchObject({
      reason: 'ALREADY_REDEEMED',
    });
  });

  /** Facts take a moment to travel. */
  async function codeOnce(orderId: string | undefined): Promise<string> {
    const query = 'query ($id: ID!) { order(id: $id) { tickets { code } } }';
    const deadline = Date.now() + 20_000;
    for (;;) {
      const { data } = await system.ask(query, { id: orderId }, buyer.token);
      const [ticket] = data.order.tickets;
      if (ticket) return ticket.code;
      if (Date.now() > deadline) throw new Error('The order was paid and has no ticket.');
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }
});
