import { ConcurrencyLimit } from '../concurrency-limit.ts';
import type { Log } from '../logging.ts';
import type { Fact, FactBus, FactConsumer } from './fact.ts';

/**
 * Facts acted on at a time, by all services of the process: each takes a connection of a pool that requests share, and
 * that is one connection with the embedded database.
 */
const concurrency = 4;

/**
 * Hands each fact to its consumers in this process. `publish` waits for them, because nothing here outlives the
 * process: a fact counts as published only when every effect is in the database, and the outbox repeats it until then.
 */
export class InProcessBus implements FactBus {
  readonly #consumers: FactConsumer[] = [];
  readonly #limit = new ConcurrencyLimit(concurrency);
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  subscribe(consumer: FactConsumer): void {
    this.#consumers.push(consumer);
  }

  async publish(fact: Fact): Promise<void> {
    const interested = this.#consumers.filter((consumer) => consumer.types.includes(fact.type));
    if (interested.length > 0) await this.#limit.run(() => this.#hand(fact, interested));
  }

  onBrokerRestart(): void {}

  isReady(): boolean {
    return true;
  }

  async close(): Promise<void> {}

  async #hand(fact: Fact, interested: readonly FactConsumer[]): Promise<void> {
    const outcomes = await Promise.allSettled(interested.map((consumer) => consumer.handle(fact)));
    const failed = outcomes.flatMap((outcome, index) =>
      outcome.status === 'rejected' ? [{ consumer: interested[index]?.name, err: outcome.reason }] : [],
    );
    for (const failure of failed) {
      this.#log.error(
        { ...failure, factId: fact.id, type: fact.type },
        'a consumer failed on a fact; it will be repeated',
      );
    }
    if (failed.length > 0) throw new Error(`${failed.length} consumers failed on ${fact.type} ${fact.id}.`);
  }
}
