import type { FactConsumer } from '../fact.ts';
import type { FactDelivery } from './fact-delivery.ts';
import { MessageLoop } from './message-loop.ts';
import type { Session } from './session.ts';
import { declareConsumer, partitionConsumer, partitions, processConsumer } from './topology.ts';

/** A consumer of facts and its way to hear them, over one session after the other. */
export interface Subscription {
  /** Declares what the broker must know and begins to take facts. Resolves once it would miss none. */
  begin(session: Session): Promise<void>;
  /** Takes no more facts, and waits for those that are acted on. */
  stop(): Promise<void>;
}

/** All processes of a service share what is kept for it. */
export class ServiceSubscription implements Subscription {
  readonly #consumer: FactConsumer;
  readonly #delivery: FactDelivery;
  #loops: readonly MessageLoop[] = [];

  constructor(consumer: FactConsumer, delivery: FactDelivery) {
    this.#consumer = consumer;
    this.#delivery = delivery;
  }

  async begin(session: Session): Promise<void> {
    const loops = Array.from({ length: partitions }, async (_, partition) => {
      const info = await declareConsumer(session.manager, partitionConsumer(this.#consumer.name, partition));
      return await MessageLoop.begin(session, info, (message) => this.#delivery.deliver(message, session));
    });
    this.#loops = await Promise.all(loops);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#loops.map((loop) => loop.stop()), this.#delivery.close()]);
  }
}

/** For clocks that differ: what is heard twice does no harm. */
const clockSkew = 60_000;

/**
 * Hears on its own, and goes on over the next session where it stood: with the facts of the millisecond of the last one,
 * as numbers of facts begin again at a broker that lost some.
 */
export class ProcessSubscription implements Subscription {
  readonly #consumer: FactConsumer;
  readonly #delivery: FactDelivery;
  #since: Date;
  #loop: MessageLoop | undefined;

  constructor(consumer: FactConsumer, delivery: FactDelivery, now: Date) {
    this.#consumer = consumer;
    this.#delivery = delivery;
    this.#since = new Date(now.getTime() - (consumer.lookBack ?? 0) - clockSkew);
  }

  async begin(session: Session): Promise<void> {
    const info = await declareConsumer(session.manager, processConsumer(this.#consumer.types, this.#since));
    this.#loop = await MessageLoop.begin(session, info, async (message) => {
      await this.#delivery.deliver(message, session);
      this.#since = message.time;
    });
  }

  async stop(): Promise<void> {
    await Promise.all([this.#loop?.stop(), this.#delivery.close()]);
  }
}
