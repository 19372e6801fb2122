import type { Database, Queryable, Transaction } from '../database/database.ts';
import { newId } from '../ids.ts';
import type { NewFact } from './fact.ts';
import type { FactTables } from './tables.ts';

/** Tells of an effect in the transaction of that effect: both are kept or neither is. */
export class Outbox {
  readonly #database: Database;
  readonly #table: FactTables['outbox'];
  #onCommit: () => void = () => {};

  constructor(database: Database, table: FactTables['outbox']) {
    this.#database = database;
    this.#table = table;
  }

  /** The relay, which need not wait for its next look then. */
  wakes(onCommit: () => void): void {
    this.#onCommit = onCommit;
  }

  /** Runs `work` in a transaction; the facts that it tells are written last, in the order told. */
  async transaction<T>(
    work: (transaction: Transaction, tell: (fact: NewFact) => void) => Promise<T>,
  ): Promise<T> {
    const told: NewFact[] = [];
    const result = await this.#database.transaction(async (transaction) => {
      const value = await work(transaction, (fact) => told.push(fact));
      await this.append(transaction, told);
      return value;
    });
    if (told.length > 0) this.#onCommit();
    return result;
  }

  async append(transaction: Queryable, facts: readonly NewFact[]): Promise<void> {
    if (facts.length === 0) return;
    await transaction.insert(this.#table).values(
      facts.map(({ type, version, key, payload, occurredAt }) => ({
        id: newId(),
        type,
        version,
        key,
        payload,
        occurredAt: new Date(occurredAt),
      })),
    );
  }
}
