import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { pgSchema } from 'drizzle-orm/pg-core';
import { gatewayMigrations } from '../../gateway/store/migrations.ts';
import { migrateSchema } from '../database/migrate.ts';
import { mostCallers } from '../http/caller-counts.ts';
import type { HttpService } from '../http/http-service.ts';
import { requestCountTable } from '../http/rate-tables.ts';
import { RequestCounts, requestCountsIn } from '../http/request-counts.ts';
import { createLog } from '../logging.ts';
import { allStatementsDuring } from '../testing/statement-counter.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { restService, tokenOf, whoRoute } from './rest-service.ts';

const log = createLog('silent');
const table = requestCountTable(pgSchema('gateway'));
const services: HttpService[] = [];
let database: TestDatabase;
let now: Date;
beforeAll(async () => {
  database = await createTestDatabase();
  await migrateSchema(database, gatewayMigrations);
});
afterAll(() => database.close());
beforeEach(async () => {
  now = new Date('2026-03-01T12:00:00.000Z');
  await database.db.delete(table);
});
afterEach(async () => {
  for (const service of services.splice(0)) await service.close();
});

/** Whose rounds the test makes itself. */
class RoundByRound extends RequestCounts {
  override start(): void {}
}

const settings = (ownLog = log) => ({ database: database.db, table, log: ownLog, clock: () => now });
/** What one process counts with. */
const process = () => new RoundByRound(settings());

async function door(counts: RequestCounts = process(), { trustProxy = false } = {}) {
  const limits = { perAddress: 4, perViewer: 10 };
  const service = await restService({ trustProxy, limits, counts }, whoRoute);
  services.push(service);
  const ask = async (headers: Record<string, string> = {}) =>
    await service.app.inject({ url: '/who', headers, remoteAddress: '192.0.2.1' });
  const statuses = async (requests: number, headers: Record<string, string> = {}) => {
    const all: number[] = [];
    for (let request = 0; request < requests; request += 1) all.push((await ask(headers)).statusCode);
    return all;
  };
  return { counts, ask, statuses };
}

const ada = { authorization: `Bearer ${tokenOf('ada')}` };
const ok = (requests: number) => Array.from({ length: requests }, () => 200);

describe('a limit behind a balancer', () => {
  test('that somebody used up half here and half there holds at either process', async () => {
    const [one, other] = [await door(), await door()];
    expect(await one.statuses(6, ada)).toEqual(ok(6));
    expect(await other.statuses(6, ada)).toEqual(ok(6));
    await one.counts.exchange();
    await other.counts.exchange();
    expect(await other.statuses(1, ada)).toEqual([429]);
    // It brought its own before the other did, and learns of those with what it brings next.
    expect(await one.statuses(1, ada)).toEqual(ok(1));
    await one.counts.exchange();
    expect(await one.statuses(1, ada)).toEqual([429]);
    expect(await one.statuses(1, { authorization: `Bearer ${tokenOf('bob')}` })).toEqual(ok(1));
  });

  test('counts a stranger by address at all of them', async () => {
    const [one, other] = [await door(), await door()];
    await one.statuses(4);
    await one.counts.exchange();
    // New here: it passes until the next round has told.
    expect((await other.ask()).headers['ratelimit-remaining']).toBe('3');
    await other.counts.exchange();
    expect(await other.statuses(1)).toEqual([429]);
  });

  test('says how many are left of all, and when the minute is over', async () => {
    now = new Date('2026-03-01T12:00:45.500Z');
    const [one, other] = [await door(), await door()];
    await one.statuses(3);
    await one.counts.exchange();
    await other.ask();
    await other.counts.exchange();
    const { statusCode, headers } = await other.ask();
    expect([statusCode, headers['ratelimit-remaining']]).toEqual([429, '0']);
    expect(headers).toMatchObject({ 'ratelimit-limit': '4', 'ratelimit-reset': '15', 'retry-after': '15' });
    await one.counts.exchange();
    expect((await one.ask(ada)).headers).toMatchObject({
      'ratelimit-limit': '10',
      'ratelimit-remaining': '9',
      'ratelimit-reset': '15',
    });
  });

  test('begins anew with the minute, at all of them', async () => {
    const [one, other] = [await door(), await door()];
    await one.statuses(5);
    await one.counts.exchange();
    await other.statuses(1);
    await other.counts.exchange();
    now = new Date('2026-03-01T12:01:00.000Z');
    expect(await one.statuses(2)).toEqual(ok(2));
    await one.counts.exchange();
    expect((await other.ask()).headers['ratelimit-remaining']).toBe('3');
    await other.counts.exchange();
    expect((await other.ask()).headers['ratelimit-remaining']).toBe('0');
  });

  test('is not broken by what a proxy passes on for an address', async () => {
    const { counts, ask } = await door(process(), { trustProxy: true });
    // More than an index takes, and too varied to be compressed.
    const address = Array.from({ length: 4_000 }, (_, index) => (index * index * 7_919).toString(36)).join(
      '',
    );
    await ask({ 'x-forwarded-for': address.slice(0, 8_000) });
    await counts.exchange();
    expect(await database.db.select().from(table)).toMatchObject([{ count: 1 }]);
  });
});

describe('processes that count together', () => {
  const callers = Array.from({ length: 3_000 }, (_, index) => `address:${index}`);

  test('bring any number of callers in one statement, and none when nobody came', async () => {
    const counts = process();
    await counts.exchange();
    const round = (work: () => void = () => {}) =>
      allStatementsDuring(database, async () => {
        work();
        await counts.exchange();
      });
    const countAll = () => {
      for (const caller of callers) counts.count(caller);
    };
    const [insert, sweep, ...others] = await round(countAll);
    expect(insert).toMatch(/insert into "gateway"."request_count"/);
    // Once a minute.
    expect(sweep).toMatch(/^delete from "gateway"."request_count"/);
    expect(others).toEqual([]);
    expect(await round(countAll)).toEqual([insert]);
    expect(await round()).toEqual([]);
    expect(await database.db.$count(table)).toBe(callers.length);
  });

  test('do not stand in one another’s way, in whatever order their callers came', async () => {
    const [one, other] = [process(), process()];
    const reversed = callers.toReversed();
    const rounds = 10;
    for (let round = 0; round < rounds; round += 1) {
      for (const caller of callers) one.count(caller);
      for (const caller of reversed) other.count(caller);
      await Promise.all([one.exchange(), other.exchange()]);
    }
    const { rows } = await database.pool.query(
      'select count(*)::int as callers, min(count), max(count) from gateway.request_count',
    );
    expect(rows).toEqual([{ callers: callers.length, min: 2 * rounds, max: 2 * rounds }]);
  });

  test('count a request once that comes while a round is under way', async () => {
    const counts = process();
    counts.count('ada');
    const round = counts.exchange();
    expect(counts.count('ada').current).toBe(2);
    await round;
    expect(counts.count('ada').current).toBe(3);
    await counts.exchange();
    expect(await database.db.select().from(table)).toMatchObject([{ caller: 'ada', count: 3 }]);
  });

  test('forget minutes that are over, but for the one before, which a slower clock may be in', async () => {
    const counts = process();
    for (const minute of ['12:00', '12:01', '12:02']) {
      now = new Date(`2026-03-01T${minute}:00.000Z`);
      counts.count('ada');
      await counts.exchange();
    }
    const kept = await database.db.select({ minute: table.minute }).from(table).orderBy(table.minute);
    expect(kept.map(({ minute }) => minute.toISOString().slice(11, 16))).toEqual(['12:01', '12:02']);
  });

  test('tell so many callers apart; of more the longest silent one begins anew', () => {
    const counts = process();
    counts.count('silent');
    counts.count('busy');
    for (let index = 0; index < mostCallers - 2; index += 1) counts.count(`address:${index}`);
    expect(counts.count('busy').current).toBe(2);
    counts.count('one more');
    expect(counts.count('silent').current).toBe(1);
    expect(counts.count('busy').current).toBe(3);
  });
});

test('a database that is away is said once; each goes by its own count until it is back, and then brings it all', async () => {
  const lines: { level: number; msg: string }[] = [];
  const heard = new Map<string, () => void>();
  const listening = createLog('info', {
    write: (line) => {
      const told = JSON.parse(line);
      lines.push(told);
      heard.get(told.msg)?.();
    },
  });
  const hears = (msg: string) => new Promise<void>((resolve) => heard.set(msg, resolve));
  const { counts, statuses } = await door(new RequestCounts(settings(listening)));
  await database.pool.query('alter table gateway.request_count rename to away');
  const fails = hears('failed; trying again');
  expect(await statuses(3)).toEqual(ok(3));
  await fails;
  await expect(counts.exchange()).rejects.toThrow();
  expect(await statuses(2)).toEqual([200, 429]);
  const works = hears('works again');
  await database.pool.query('alter table gateway.away rename to request_count');
  await works;
  expect(await database.db.select().from(table)).toMatchObject([{ count: 5 }]);
  expect(lines.map(({ msg }) => msg)).toEqual(['failed; trying again', 'works again']);
});

test('with the embedded database, which has one process by nature, nothing is brought anywhere', () => {
  expect(requestCountsIn({ ...database, embedded: true }, table, log)).toBeUndefined();
  expect(requestCountsIn(database, table, log)).toBeInstanceOf(RequestCounts);
});
