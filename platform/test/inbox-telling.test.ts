import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { pgSchema } from 'drizzle-orm/pg-core';
import type { Transaction } from '../database/database.ts';
import type { Fact, NewFact } from '../facts/fact.ts';
import { Inbox } from '../facts/inbox.ts';
import { Outbox } from '../facts/outbox.ts';
import { factTables } from '../facts/tables.ts';
import { newId } from '../ids.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';

const tables = factTables(pgSchema('telling'));
const now = new Date('2026-03-01T12:00:00.000Z');
const occurredAt = '2026-03-01T11:00:00.000Z';

let database: TestDatabase;
let inbox: Inbox;
let outbox: Outbox;
let wakes = 0;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query(`
    create schema telling;
    create table telling.outbox (id uuid primary key, sequence bigint generated always as identity, type text,
      version int, key text, payload jsonb, occurred_at timestamptz not null, published_at timestamptz);
    create table telling.inbox (fact_id uuid primary key, received_at timestamptz);
    create table telling.effect (number int)`);
  inbox = new Inbox(database.db, tables.inbox, () => now);
  outbox = new Outbox(database.db, tables.outbox);
  outbox.wakes(() => {
    wakes += 1;
  });
});
beforeEach(async () => {
  wakes = 0;
  await database.pool.query('truncate telling.outbox, telling.inbox, telling.effect');
});
afterAll(() => database.close());

const told = (type: string, payload: unknown = {}): NewFact => ({
  type,
  version: 2,
  key: 'k',
  occurredAt,
  payload,
});
const received = (id = newId()): Fact => ({ ...told('order.paid'), id });

type Effect = Parameters<Inbox['onceTelling']>[2];

const takeEffect = async (transaction: Transaction) =>
  void (await transaction.execute('insert into telling.effect values (1)'));

const issue: Effect = async (transaction, tell) => {
  await takeEffect(transaction);
  tell(told('ticket.issued', { seat: 1 }));
};

/** What is kept, over all: effects, facts recorded, and the types of facts told, in order. */
const kept = async () => {
  const { rows } = await database.pool.query(`select
    (select count(*)::int from telling.effect) effects,
    (select count(*)::int from telling.inbox) recorded,
    array(select type from telling.outbox order by sequence) told`);
  return rows[0];
};

/** Resolves once a statement waits for what another transaction holds. */
const untilAnotherWaits = async () => {
  const query =
    "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
  while ((await database.pool.query(query)).rows.length === 0);
};

const nothing = { effects: 0, recorded: 0, told: [] };
const once = { effects: 1, recorded: 1, told: ['ticket.issued'] };

describe('a fact whose effect tells others', () => {
  test('tells them once, however often it comes', async () => {
    const fact = received();
    for (let turn = 0; turn < 3; turn += 1) await inbox.onceTelling(fact, outbox, issue);
    expect(await kept()).toEqual(once);
    expect(wakes).toBe(1);
  });

  test('is recorded, has its effect and tells in one transaction', async () => {
    await inbox.onceTelling(received(), outbox, issue);
    const { rows } = await database.pool.query(`select xmin from telling.inbox
      union select xmin from telling.effect union select xmin from telling.outbox`);
    expect(rows).toHaveLength(1);
  });

  test('tells them once when it comes twice at the same time', async () => {
    const fact = received();
    const isHandled = Promise.withResolvers<void>();
    const first = inbox.onceTelling(fact, outbox, async (transaction, tell) => {
      await issue(transaction, tell);
      isHandled.resolve();
      await untilAnotherWaits();
    });
    await isHandled.promise;
    await Promise.all([first, inbox.onceTelling(fact, outbox, issue)]);
    expect(await kept()).toEqual(once);
    expect(wakes).toBe(1);
  });

  test('has its effect when the one that came first fails', async () => {
    const fact = received();
    const isHandled = Promise.withResolvers<void>();
    const first = inbox.onceTelling(fact, outbox, async (transaction, tell) => {
      await issue(transaction, tell);
      isHandled.resolve();
      await untilAnotherWaits();
      throw new Error('no');
    });
    const failed = expect(first).rejects.toThrow('no');
    await isHandled.promise;
    await inbox.onceTelling(fact, outbox, issue);
    await failed;
    expect(await kept()).toEqual(once);
  });

  test('is another’s business when its id is another', async () => {
    await inbox.onceTelling(received(), outbox, issue);
    await inbox.onceTelling(received(), outbox, issue);
    expect(await kept()).toMatchObject({ effects: 2, recorded: 2, told: ['ticket.issued', 'ticket.issued'] });
  });

  test('tells in the order told, all that was said, and wakes the relay once', async () => {
    const fact = received();
    await inbox.onceTelling(fact, outbox, async (_transaction, tell) => {
      tell(told('ticket.issued', { seat: 2 }));
      tell(told('ticket.changed', { seat: 1 }));
      tell(told('ticket.issued', { seat: 3 }));
    });
    const { rows } = await database.pool.query('select * from telling.outbox order by sequence');
    expect(rows).toMatchObject([
      {
        type: 'ticket.issued',
        version: 2,
        key: 'k',
        payload: { seat: 2 },
        occurred_at: new Date(occurredAt),
      },
      { type: 'ticket.changed', payload: { seat: 1 } },
      { type: 'ticket.issued', payload: { seat: 3 }, published_at: null },
    ]);
    expect(wakes).toBe(1);
    expect((await database.pool.query('select * from telling.inbox')).rows).toEqual([
      { fact_id: fact.id, received_at: now },
    ]);
  });

  test('wakes nobody when there is nothing to tell', async () => {
    await inbox.onceTelling(received(), outbox, takeEffect);
    expect(await kept()).toEqual({ effects: 1, recorded: 1, told: [] });
    expect(wakes).toBe(0);
  });
});

describe('a fact whose effect fails', () => {
  test.each<[string, Effect]>([
    [
      'after it told',
      async (transaction, tell) => {
        await issue(transaction, tell);
        throw new Error('no');
      },
    ],
    [
      'in a statement',
      async (transaction, tell) => {
        await issue(transaction, tell);
        await transaction.execute("insert into telling.effect values ('x')");
      },
    ],
    [
      'because what it tells cannot be kept',
      async (transaction, tell) => {
        await issue(transaction, tell);
        tell({ ...told('ticket.issued'), payload: 'a\u0000b' });
      },
    ],
  ])('%s leaves nothing behind, and has all of it when it comes again', async (_what, failing) => {
    const fact = received();
    await expect(inbox.onceTelling(fact, outbox, failing)).rejects.toThrow();
    expect(await kept()).toEqual(nothing);
    expect(wakes).toBe(0);
    await inbox.onceTelling(fact, outbox, issue);
    expect(await kept()).toEqual(once);
    expect(wakes).toBe(1);
  });
});

describe('a fact that was received', () => {
  test('by one way takes no effect by the other', async () => {
    const [silently, telling] = [received(), received()];
    await inbox.once(silently, takeEffect);
    await inbox.onceTelling(silently, outbox, issue);
    await inbox.onceTelling(telling, outbox, issue);
    await inbox.once(telling, takeEffect);
    expect(await kept()).toEqual({ effects: 2, recorded: 2, told: ['ticket.issued'] });
  });
});
