import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { asc, isNull } from 'drizzle-orm';
import { OutboxStore } from '../facts/outbox-store.ts';
import { sweepFacts } from '../facts/retention.ts';
import type { FactTables } from '../facts/tables.ts';
import { newId } from '../ids.ts';
import { createLog } from '../logging.ts';
import { createFactTables } from '../testing/fact-tables.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';

const now = new Date('2026-03-31T12:00:00.000Z');
const clock = () => now;
const log = createLog('silent');
const minute = 60_000;
const day = 24 * 60 * minute;
const ago = (time: number) => new Date(now.getTime() - time);

let database: TestDatabase;
let tables: FactTables;
beforeAll(async () => {
  database = await createTestDatabase();
  tables = await createFactTables(database, 'retention');
});
afterEach(async () => {
  await database.pool.query('truncate retention.outbox, retention.inbox, retention.relay_lease');
});
afterAll(() => database.close());

/** Published so long ago, or not yet. */
async function told(name: string, published: number | null): Promise<string> {
  const id = newId(published === null ? now : ago(published));
  const publishedAt = published === null ? null : ago(published);
  await database.db
    .insert(tables.outbox)
    .values({ id, type: name, version: 1, key: 'k', payload: {}, occurredAt: now, publishedAt });
  return id;
}

async function received(time: number, toldAt = time): Promise<string> {
  const factId = newId(ago(toldAt));
  await database.db.insert(tables.inbox).values({ factId, receivedAt: ago(time) });
  return factId;
}

const kept = async () => {
  const { outbox, inbox } = tables;
  const facts = await database.db.select({ type: outbox.type }).from(outbox).orderBy(asc(outbox.sequence));
  return { outbox: facts.map(({ type }) => type), inbox: await database.db.select().from(inbox) };
};

const waiting = async () => {
  const { outbox } = tables;
  const rows = await database.db
    .select({ type: outbox.type })
    .from(outbox)
    .where(isNull(outbox.publishedAt))
    .orderBy(asc(outbox.sequence));
  return rows.map(({ type }) => type);
};

describe('a sweep', () => {
  const sweep = () => sweepFacts({ service: 'test', database: database.db, tables, clock, log });

  test('deletes facts published seven days ago, and none that still waits', async () => {
    await told('old', 7 * day + minute);
    await told('young', 7 * day - minute);
    await told('waiting', null);
    await sweep();
    expect((await kept()).outbox).toEqual(['young', 'waiting']);
  });

  test('deletes facts that matter for a moment only when that is over', async () => {
    await told('passing', 60 * minute);
    await told('lasting', 60 * minute);
    await told('passing', 58 * minute);
    await told('passing', null);
    const passing = { type: 'passing', retention: 59 * minute };
    await sweepFacts({ service: 'test', database: database.db, tables, clock, log, passing });
    expect((await kept()).outbox).toEqual(['lasting', 'passing', 'passing']);
  });

  test('forgets facts received thirty days ago, however late one of them came', async () => {
    await received(30 * day + minute);
    const young = await received(30 * day - minute);
    const late = await received(minute, 40 * day);
    await sweep();
    expect((await kept()).inbox.map(({ factId }) => factId).toSorted()).toEqual([young, late].toSorted());
  });

  test('takes a bounded number of rows at a time, and says that there are more', async () => {
    const rows = Array.from({ length: 1_001 }, () => ({
      factId: newId(ago(40 * day)),
      receivedAt: ago(40 * day),
    }));
    await database.db.insert(tables.inbox).values(rows);
    expect(await sweep()).toBe(true);
    expect((await kept()).inbox).toHaveLength(1);
    expect(await sweep()).toBe(false);
    expect((await kept()).inbox).toEqual([]);
  });

  test('of a service that only listens sweeps its inbox', async () => {
    await received(31 * day);
    const { inbox } = tables;
    await sweepFacts({ service: 'test', database: database.db, tables: { inbox }, clock, log });
    expect((await kept()).inbox).toEqual([]);
  });
});

describe('what a broker may have lost', () => {
  const store = () => new OutboxStore(database.db, tables, clock);
  const doubt = (storedSince: Date, id = 'a run') => store().doubt({ id, storedSince });

  test('is all that was published before its store was made, and is published again in its old order', async () => {
    await told('first', 3 * day);
    await told('second', 2 * day);
    await told('third', 60 * minute);
    await told('fourth', 10 * minute);
    expect(await doubt(ago(20 * minute))).toBe(4);
    expect(await waiting()).toEqual(['first', 'second', 'third', 'fourth']);
  });

  test('is what was published within the last minutes, of an old store', async () => {
    await told('long ago', 3 * day);
    await told('before', 64 * minute);
    await told('the last but one', 62 * minute);
    await told('the last', 60 * minute);
    // However long nothing was published since: it may have failed in that moment.
    expect(await doubt(ago(5 * day))).toBe(2);
    expect(await waiting()).toEqual(['the last but one', 'the last']);
  });

  test('is nothing that inboxes may have forgotten', async () => {
    await told('too old', 7 * day + minute);
    expect(await doubt(now)).toBe(0);
    expect(await waiting()).toEqual([]);
  });

  test('is nothing where nothing was told', async () => {
    expect(await doubt(now)).toBe(0);
  });

  test('is known to have been published again', async () => {
    const knows = (id: string) => store().knowsBroker({ id, storedSince: now });
    await told('one', 60 * minute);
    expect(await knows('first run')).toBe(false);
    await doubt(now, 'first run');
    expect([await knows('first run'), await knows('second run')]).toEqual([true, false]);
    await doubt(now, 'second run');
    expect([await knows('first run'), await knows('second run')]).toEqual([false, true]);
  });

  test('is found even if it is more than one statement takes', async () => {
    const rows = Array.from({ length: 5_001 }, () => ({
      ...{ id: newId(), type: 'many', version: 1, key: 'k', payload: {} },
      ...{ occurredAt: now, publishedAt: ago(day) },
    }));
    await database.db.insert(tables.outbox).values(rows);
    expect(await doubt(now)).toBe(5_001);
  });
});
