import { lt, sql } from 'drizzle-orm';
import { type Clock, systemClock } from '../clock.ts';
import type { Database, DatabaseServer } from '../database/database.ts';
import { BoundedCache } from '../graphql/bounded-cache.ts';
import type { Log } from '../logging.ts';
import { RepeatedWork } from '../repeated-work.ts';
import { type CallerCounts, minute, mostCallers } from './caller-counts.ts';
import type { RequestCountTable } from './rate-tables.ts';

export interface RequestCountsSettings {
  readonly database: Database;
  readonly table: RequestCountTable;
  readonly log: Log;
  readonly clock: Clock;
}

interface Count {
  /** Of all processes, as the table had it last. */
  total: number;
  /** What came here since. */
  fresh: number;
}

/** In milliseconds. */
const exchangeInterval = 1_000;

/**
 * Counts the requests of each caller, in minutes of the clock, for all processes that share a table. No request asks the
 * database: each process counts for itself, and once a second brings what is new to the table and takes the totals
 * back. A caller is therefore known everywhere a second late; while the database is away, each process goes by its own.
 */
export class RequestCounts implements CallerCounts {
  readonly #settings: RequestCountsSettings;
  readonly #exchanging: RepeatedWork;
  #callers = new BoundedCache<string, Count>(mostCallers);
  /** When the minute began that is counted. */
  #since = 0;
  #sweptUntil = 0;

  constructor(settings: RequestCountsSettings) {
    this.#settings = settings;
    this.#exchanging = new RepeatedWork({
      name: 'bringing request counts together',
      interval: exchangeInterval,
      work: async () => {
        await this.exchange();
        return false;
      },
      log: settings.log,
    });
  }

  start(): void {
    this.#exchanging.start();
  }

  async stop(): Promise<void> {
    await this.#exchanging.stop();
  }

  count(caller: string): { readonly current: number; readonly ttl: number } {
    const now = this.#settings.clock().getTime();
    this.#turnTo(now - (now % minute));
    const known = this.#callers.get(caller);
    const count = known ?? { total: 0, fresh: 0 };
    if (!known) this.#callers.set(caller, count);
    count.fresh += 1;
    return { current: count.total + count.fresh, ttl: this.#since + minute - now };
  }

  /** What was counted in another minute is of no use to anyone, whether it was brought to the table or not. */
  #turnTo(since: number): void {
    if (since === this.#since) return;
    this.#since = since;
    this.#callers = new BoundedCache(mostCallers);
  }

  /** In one statement, however many callers there are. @throws when the database does not answer; nothing is lost then */
  async exchange(): Promise<void> {
    const since = this.#since;
    const brought = [...this.#callers.entries()].flatMap(([caller, count]) =>
      count.fresh > 0 ? [{ caller, count, fresh: count.fresh }] : [],
    );
    if (brought.length === 0) return;
    const totals = await this.#add(new Date(since), brought);
    for (const { caller, count, fresh } of brought) {
      count.total = totals.get(caller) ?? count.total + fresh;
      count.fresh -= fresh;
    }
    await this.#sweep(since);
  }

  async #add(
    since: Date,
    brought: readonly { readonly caller: string; readonly fresh: number }[],
  ): Promise<Map<string, number>> {
    const { database, table } = this.#settings;
    const rows = JSON.stringify(brought.map(({ caller, fresh }) => ({ caller, fresh })));
    // In one order everywhere, so that two processes with some of the same callers cannot deadlock.
    const { rows: totals } = await database.execute<{ caller: string; count: number }>(sql`
      insert into ${table} as known (minute, caller, count)
      select ${since.toISOString()}::timestamptz, caller, fresh
      from jsonb_to_recordset(${rows}::jsonb) as brought(caller text, fresh integer)
      order by caller collate "C"
      on conflict (minute, caller) do update set count = known.count + excluded.count
      returning caller, count`);
    return new Map(totals.map(({ caller, count }) => [caller, count]));
  }

  /** Once a minute. The one before stays: another process may have a clock that is a little behind. */
  async #sweep(since: number): Promise<void> {
    if (since === this.#sweptUntil) return;
    const { database, table } = this.#settings;
    await database.delete(table).where(lt(table.minute, new Date(since - minute)));
    this.#sweptUntil = since;
  }
}

/** Undefined for an embedded database: that has one process by nature, which need not tell itself. */
export function requestCountsIn(
  { db, embedded }: DatabaseServer,
  table: RequestCountTable,
  log: Log,
  clock = systemClock,
): RequestCounts | undefined {
  return embedded ? undefined : new RequestCounts({ database: db, table, log, clock });
}
