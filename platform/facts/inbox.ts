import type { Clock } from '../clock.ts';
import type { Database, Transaction } from '../database/database.ts';
import type { Fact, NewFact } from './fact.ts';
import type { Outbox } from './outbox.ts';
import type { FactTables } from './tables.ts';

/** Keeps the ids of facts acted on, so that one delivered twice takes effect once. */
export class Inbox {
  readonly #database: Database;
  readonly #table: FactTables['inbox'];
  readonly #clock: Clock;

  constructor(database: Database, table: FactTables['inbox'], clock: Clock) {
    this.#database = database;
    this.#table = table;
    this.#clock = clock;
  }

  /** Runs `effect` in the transaction that records the fact, or not at all when it is recorded. */
  async once(fact: Fact, effect: (transaction: Transaction) => Promise<void>): Promise<void> {
    await this.#database.transaction(async (transaction) => {
      if (await this.#record(transaction, fact)) await effect(transaction);
    });
  }

  /** As `once`, for an effect that tells facts itself: they stand in the outbox with it. */
  async onceTelling(
    fact: Fact,
    outbox: Outbox,
    effect: (transaction: Transaction, tell: (fact: NewFact) => void) => Promise<void>,
  ): Promise<void> {
    await outbox.transaction(async (transaction, tell) => {
      if (await this.#record(transaction, fact)) await effect(transaction, tell);
    });
  }

  async #record(transaction: Transaction, fact: Fact): Promise<boolean> {
    const recorded = await transaction
      .insert(this.#table)
      .values({ factId: fact.id, receivedAt: this.#clock() })
      .onConflictDoNothing()
      .returning({ factId: this.#table.factId });
    return recorded.length > 0;
  }
}
