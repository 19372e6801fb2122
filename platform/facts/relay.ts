import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import type { Log } from '../logging.ts';
import type { BrokerRun, Fact, FactBus } from './fact.ts';
import { OutboxStore, type OutboxTables } from './outbox-store.ts';

export interface RelaySettings {
  readonly service: string;
  readonly database: Database;
  readonly tables: OutboxTables;
  readonly bus: FactBus;
  readonly log: Log;
  readonly clock: Clock;
}

/** How often the relay looks by itself, in milliseconds: for facts whose process died between commit and wake. */
const lookInterval = 1_000;
/** How soon it asks again for its turn while another relay has it, in milliseconds. */
const turnInterval = 25;
const batchSize = 100;
/** Facts on their way to the bus at a time; one that acts within the process bounds itself further. */
const concurrency = 64;
/** So many keys that fail are no fault of theirs: the relay waits for its next look. */
const mostHeld = 1_000;

/**
 * Brings what stands in the outbox to the bus: at least once, in order among the facts of one key. Relays of several
 * replicas on one outbox take turns, by a lease in the database; one that dies in its turn is replaced when that runs
 * out, and what it repeats then inboxes absorb.
 */
export class OutboxRelay {
  readonly #settings: RelaySettings;
  readonly #store: OutboxStore;
  #timer: NodeJS.Timeout | undefined;
  #turnTimer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #again = false;
  #stopped = false;
  #isFailing = false;
  /** The broker's, since when this relay knows what it has. */
  #met: BrokerRun | undefined;
  /** One that may have lost what was published before. */
  #toMeet: BrokerRun | undefined;

  constructor(settings: RelaySettings) {
    this.#settings = settings;
    this.#store = new OutboxStore(settings.database, settings.tables, settings.clock);
    settings.bus.onBrokerRestart((run) => {
      this.#toMeet = run;
    });
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
    void this.#run();
  }

  /** One at a time: the lease does not part two rounds of one relay. */
  #run(): Promise<boolean> {
    const drained = this.#drain();
    this.#running = drained.then((isDone) => {
      this.#running = undefined;
      if (this.#again) {
        this.#again = false;
        this.wake();
      } else if (!isDone) this.#wakeForTurn();
    });
    return drained;
  }

  /** Waits for the publishing under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    clearTimeout(this.#turnTimer);
    await this.#running;
  }

  /** Publishes until nothing is left that can be published; for tests and for shutdown. */
  async flush(): Promise<void> {
    for (;;) {
      while (this.#running) await this.#running;
      if (await this.#run()) return;
      await new Promise((done) => setTimeout(done, turnInterval));
    }
  }

  #wakeForTurn(): void {
    clearTimeout(this.#turnTimer);
    if (!this.#stopped) this.#turnTimer = setTimeout(() => this.wake(), turnInterval);
  }

  /** Resolves to whether this relay did what it could; else it was another's turn. */
  async #drain(): Promise<boolean> {
    const { bus, log, service } = this.#settings;
    if (!bus.isReady()) return true;
    try {
      await this.#meetBroker();
      const isDone = await this.#publishAll();
      if (this.#isFailing) log.info({ service }, 'the outbox can be read again');
      this.#isFailing = false;
      return isDone;
    } catch (error) {
      // Once for each outage: the relay looks every second, and each look would say the same.
      if (!this.#isFailing) log.warn({ err: error, service }, 'the outbox could not be read; trying again');
      this.#isFailing = true;
      return true;
    }
  }

  /** A process that starts anew believes what the others have noted: it had nothing on its way itself. */
  async #meetBroker(): Promise<void> {
    const run = this.#toMeet;
    if (!run) return;
    const isKnown = !this.#met && (await this.#store.knowsBroker(run));
    const facts = isKnown ? 0 : await this.#store.doubt(run);
    this.#met = run;
    // Unless it restarted once more meanwhile.
    if (this.#toMeet === run) this.#toMeet = undefined;
    const { log, service } = this.#settings;
    if (facts > 0) log.info({ service, facts }, 'publishing again what the broker may have lost');
  }

  async #publishAll(): Promise<boolean> {
    const held = new Set<string>();
    while (!this.#stopped && !this.#toMeet && held.size < mostHeld) {
      const facts = await this.#store.claim(held, batchSize);
      if (facts.length === 0) return !(await this.#store.isWaiting(held));
      await this.#publishBatch(facts, held);
      if (facts.length < batchSize) break;
    }
    return true;
  }

  /**
   * No transaction spans the publishing: with the embedded database's one connection a consumer here would wait for
   * the very transaction that waits for it.
   */
  async #publishBatch(facts: readonly Fact[], held: Set<string>): Promise<void> {
    const published: string[] = [];
    const keys = Map.groupBy(facts, ({ key }) => key).values();
    const publishers = Array.from({ length: concurrency }, async () => {
      for (const ofKey of keys) await this.#publishInOrder(ofKey, published, held);
    });
    await Promise.all(publishers);
    await this.#store.settle(published);
  }

  /** A fact that fails holds back the later ones of its key only. */
  async #publishInOrder(facts: readonly Fact[], published: string[], held: Set<string>): Promise<void> {
    const { bus, log } = this.#settings;
    for (const fact of facts) {
      // What may be lost goes first.
      if (this.#toMeet) return;
      try {
        await bus.publish(fact);
        published.push(fact.id);
      } catch (error) {
        held.add(fact.key);
        // A bus that is away says so itself, once.
        if (bus.isReady())
          log.error(
            { err: error, factId: fact.id, type: fact.type },
            'a fact could not be published; trying again',
          );
        return;
      }
    }
  }
}
