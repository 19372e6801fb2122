import {
  and,
  asc,
  between,
  eq,
  exists,
  gt,
  gte,
  inArray,
  isNotNull,
  isNull,
  lt,
  max,
  notInArray,
  or,
  type SQL,
  sql,
} from 'drizzle-orm';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import { newId } from '../ids.ts';
import type { BrokerRun, Fact } from './fact.ts';
import { outboxRetention } from './retention.ts';
import type { FactTables } from './tables.ts';

export type OutboxTables = Pick<FactTables, 'outbox' | 'relayLease'>;

/** How long a relay that died keeps others from publishing, in milliseconds; a batch takes far less. */
const leaseTime = 5_000;
const turn = 'publishing';

/** The default of JetStream's `sync_interval` is two minutes: what is younger may only be in its machine's memory. */
const unsyncedTime = 3 * 60_000;
/** Between the clocks of the broker, which dates its store, and of the services, which date what they publish. */
const clockSkew = 60_000;
/** A statement stays far within the time that one may take. */
const rowsAtOnce = 5_000;

/** The rows of an outbox as a relay sees them: what waits, whose turn it is, what is to be published again. */
export class OutboxStore {
  readonly #database: Database;
  readonly #tables: OutboxTables;
  readonly #clock: Clock;
  readonly #holder = newId();

  constructor(database: Database, tables: OutboxTables, clock: Clock) {
    this.#database = database;
    this.#tables = tables;
    this.#clock = clock;
  }

  /**
   * The next facts, first told first, and the turn to publish them until `settle`. Nothing when nothing waits or
   * another relay has its turn. One statement, because every fact pays for it; it sees the outbox as it was when it
   * began, and takes no turn that has changed hands since, or it would give what the other has published meanwhile.
   * @param held keys whose facts are left out
   */
  async claim(held: ReadonlySet<string>, limit: number): Promise<Fact[]> {
    const { outbox, relayLease } = this.#tables;
    const lease = this.#database.$with('lease', { name: relayLease.name }).as(sql`
      insert into ${relayLease} (name, holder, until)
      select ${turn}, ${this.#holder}, now() + ${leaseTime} * interval '1 ms'
      where exists (select from ${outbox} where ${waits(outbox, held)})
      on conflict (name) do update set holder = excluded.holder, until = excluded.until
      where (relay_lease.until <= now() or relay_lease.holder = excluded.holder)
        and relay_lease.until = (select until from ${relayLease} where name = ${turn})
      returning name`);
    const rows = await this.#database
      .with(lease)
      .select()
      .from(outbox)
      .where(and(waits(outbox, held), exists(this.#database.select({ name: lease.name }).from(lease))))
      .orderBy(asc(outbox.sequence))
      .limit(limit);
    return rows.map(({ sequence: _sequence, publishedAt: _publishedAt, occurredAt, ...fact }) => ({
      ...fact,
      occurredAt: occurredAt.toISOString(),
    }));
  }

  /** Notes what was published and gives the turn back, in one statement. */
  async settle(published: readonly string[]): Promise<void> {
    const { outbox, relayLease } = this.#tables;
    const noted = this.#database.$with('noted').as(
      this.#database
        .update(outbox)
        .set({ publishedAt: this.#clock() })
        .where(inArray(outbox.id, [...published]))
        .returning({ id: outbox.id }),
    );
    await (published.length > 0 ? this.#database.with(noted) : this.#database)
      .update(relayLease)
      .set({ until: sql`now()` })
      .where(eq(relayLease.holder, this.#holder));
  }

  /** Whether facts wait that `claim` would have given, had it been this relay's turn. */
  async isWaiting(held: ReadonlySet<string>): Promise<boolean> {
    const { outbox } = this.#tables;
    const rows = await this.#database
      .select({ id: outbox.id })
      .from(outbox)
      .where(waits(outbox, held))
      .limit(1);
    return rows.length > 0;
  }

  /** Whether this run of a broker was given all that is published here. */
  async knowsBroker({ id }: BrokerRun): Promise<boolean> {
    const { relayLease } = this.#tables;
    const isIt = and(eq(relayLease.name, turn), eq(relayLease.brokerRun, id));
    return (await this.#database.$count(relayLease, isIt)) > 0;
  }

  /**
   * Lets what a broker may have lost wait again, in its old place, and notes that: all that was published before its
   * store was made, and the last that was published at all, which it may have had in memory only. What is as old as to
   * be swept stays: inboxes may not know it any more. Resolves to how many facts that were.
   */
  async doubt({ id, storedSince }: BrokerRun): Promise<number> {
    const { relayLease } = this.#tables;
    const facts = await this.#unpublishBefore(storedSince);
    await this.#database
      .insert(relayLease)
      .values({ name: turn, holder: this.#holder, until: sql`now()`, brokerRun: id })
      .onConflictDoUpdate({ target: relayLease.name, set: { brokerRun: id } });
    return facts;
  }

  async #unpublishBefore(storedSince: Date): Promise<number> {
    const { outbox } = this.#tables;
    const [row] = await this.#database.select({ last: max(outbox.publishedAt) }).from(outbox);
    if (!row?.last) return 0;
    const { last } = row;
    const isLost = lt(outbox.publishedAt, new Date(storedSince.getTime() + clockSkew));
    const isUnsynced = between(outbox.publishedAt, new Date(last.getTime() - unsyncedTime), last);
    const isKept = gt(outbox.publishedAt, new Date(this.#clock().getTime() - outboxRetention));
    return await this.#unpublish(and(isKept, or(isLost, isUnsynced)));
  }

  /** Lets what was published since then wait again, in its old place. Resolves to how many facts that were. */
  async publishAgainSince(since: Date): Promise<number> {
    return await this.#unpublish(gte(this.#tables.outbox.publishedAt, since));
  }

  async publishAgain(id: string): Promise<number> {
    const { outbox } = this.#tables;
    return await this.#unpublish(and(eq(outbox.id, id), isNotNull(outbox.publishedAt)));
  }

  async #unpublish(which: SQL | undefined): Promise<number> {
    const { outbox } = this.#tables;
    const some = this.#database.select({ id: outbox.id }).from(outbox).where(which).limit(rowsAtOnce);
    for (let total = 0; ; ) {
      const { rowCount } = await this.#database
        .update(outbox)
        .set({ publishedAt: null })
        .where(inArray(outbox.id, some));
      total += rowCount ?? 0;
      if ((rowCount ?? 0) < rowsAtOnce) return total;
    }
  }
}

function waits(outbox: FactTables['outbox'], held: ReadonlySet<string>): SQL | undefined {
  return and(isNull(outbox.publishedAt), held.size > 0 ? notInArray(outbox.key, [...held]) : undefined);
}
