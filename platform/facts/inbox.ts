import type { Clock } from '../clock.ts';
import type { Database, Transaction } from '../database/database.ts';
import type { Fact } from './fact.ts';
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
      const recorded = await transaction
        .insert(this.#table)
        .values({ factId: fact.id, receivedAt: this.#clock() })
        .onConflictDoNothing()
        .returning({ factId: this.#table.factId });
      if (recorded.length > 0) await effect(transaction);
    });
  }
}
