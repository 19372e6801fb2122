import { asc, inArray, isNull } from 'drizzle-orm';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { Log } from '../logging.ts';
import type { Fact, FactBus } from './fact.ts';
import type { FactTables } from './tables.ts';

export interface RelaySettings {
  readonly service: string;
  readonly database: Database;
  readonly table: FactTables['outbox'];
  readonly bus: FactBus;
  readonly log: Log;
  readonly clock: Clock;
}

/** How often the relay looks by itself, in milliseconds: for facts whose process died between commit and wake. */
const lookInterval = 1_000;
const batchSize = 100;

/**
 * Brings what stands in the outbox to the bus: at least once, in order among the facts of one key. Relays of several
 * replicas on one outbox repeat one another, which inboxes absorb; each keeps the order.
 */
export class OutboxRelay {
  readonly #settings: RelaySettings;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #again = false;
  #stopped = false;
  #isFailing = false;

  constructor(settings: RelaySettings) {
    this.#settings = settings;
  }

  start(): void {
    this.#timer = setInterval(() => this.wake(), lookInterval);
    this.wake();
  }

  /** Publishes soon what is committed by now. */
  wake(): void {
    if (this.#stopped) return;
    if (this.#running) {
      this.#again = true;
      return;
    }
    this.#running = this.#drain().finally(() => {
      this.#running = undefined;
      if (this.#again) {
        this.#again = false;
        this.wake();
      }
    });
  }

  /** Waits for the publishing under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  /** Publishes until nothing is left that can be published; for tests and for shutdown. */
  async flush(): Promise<void> {
    while (this.#running) await this.#running;
    await this.#drain();
  }

  async #drain(): Promise<void> {
    const { log, service } = this.#settings;
    try {
      while (!this.#stopped && (await this.#publishBatch()) === batchSize);
      if (this.#isFailing) log.info({ service }, 'the outbox can be read again');
      this.#isFailing = false;
    } catch (error) {
      // Once for each outage: the relay looks every second, and each look would say the same.
      if (!this.#isFailing) log.warn({ err: error, service }, 'the outbox could not be read; trying again');
      this.#isFailing = true;
    }
  }

  /**
   * No transaction spans the publishing: with the embedded database's one connection a consumer here would wait for
   * the very transaction that waits for it.
   */
  async #publishBatch(): Promise<number> {
    const { database, table } = this.#settings;
    const facts = await this.#unpublished();
    const published = await this.#publish(facts);
    if (published.length > 0) {
      await database
        .update(table)
        .set({ publishedAt: this.#settings.clock() })
        .where(inArray(table.id, published));
    }
    return published.length;
  }

  async #unpublished(): Promise<Fact[]> {
    const { database, table } = this.#settings;
    const rows = await database
      .select()
      .from(table)
      .where(isNull(table.publishedAt))
      .orderBy(asc(table.sequence))
      .limit(batchSize);
    return rows.map(({ id, type, version, key, payload, occurredAt }) => ({
      id,
      type,
      version,
      key,
      payload,
      occurredAt: occurredAt.toISOString(),
    }));
  }

  /** A fact that fails holds back the later ones of its key only. */
  async #publish(facts: readonly Fact[]): Promise<string[]> {
    const published: string[] = [];
    const held = new Set<string>();
    for (const fact of facts) {
      if (held.has(fact.key)) continue;
      try {
        await this.#settings.bus.publish(fact);
        published.push(fact.id);
      } catch (error) {
        held.add(fact.key);
        this.#settings.log.error(
          { err: error, factId: fact.id, type: fact.type },
          'a fact could not be published; trying again',
        );
      }
    }
    return published;
  }
}
