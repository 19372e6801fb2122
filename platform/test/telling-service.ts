import { isNull } from 'drizzle-orm';
import type { Transaction } from '../database/database.ts';
import type { FactBus, FactConsumer, NewFact } from '../facts/fact.ts';
import { Inbox } from '../facts/inbox.ts';
import { Outbox } from '../facts/outbox.ts';
import { OutboxRelay } from '../facts/relay.ts';
import type { FactTables } from '../facts/tables.ts';
import { createLog, type Log } from '../logging.ts';
import type { TestDatabase } from '../testing/test-database.ts';
import { factOf, type Heard } from './broker-system.ts';

const clock = () => new Date();

/** A service that tells facts, on one of its processes. */
export class TellingService {
  readonly relay: OutboxRelay;
  readonly #database: TestDatabase;
  readonly #tables: FactTables;
  readonly #outbox: Outbox;

  constructor(database: TestDatabase, tables: FactTables, bus: FactBus, log: Log = createLog('silent')) {
    this.#database = database;
    this.#tables = tables;
    this.#outbox = new Outbox(database.db, tables.outbox);
    this.relay = new OutboxRelay({ service: 'test', database: database.db, tables, bus, log, clock });
    this.#outbox.wakes(() => this.relay.wake());
  }

  async tell(...facts: readonly (readonly [key: string, payload: unknown])[]): Promise<void> {
    await this.#outbox.transaction(async (_transaction, tell) => {
      for (const [key, payload] of facts) {
        const { id: _id, ...fact }: NewFact & { id: string } = factOf(key, payload);
        tell(fact);
      }
    });
  }

  /** Facts that wait to be published. */
  async waiting(): Promise<number> {
    const { outbox } = this.#tables;
    return await this.#database.db.$count(outbox, isNull(outbox.publishedAt));
  }

  /** A consumer that hears a fact in the transaction that records it, and so once. */
  inboxConsumer(
    name: string,
    heard: Heard,
    act: (transaction: Transaction) => Promise<void> = async () => {},
  ): FactConsumer {
    const inbox = new Inbox(this.#database.db, this.#tables.inbox, clock);
    return {
      name,
      types: ['thing.happened'],
      handle: async (fact) => {
        let isNew = false;
        await inbox.once(fact, async (transaction) => {
          await act(transaction);
          isNew = true;
        });
        if (isNew) heard.note(fact);
      },
    };
  }
}
