import type { ConsumerInfo, JsMsg } from '@nats-io/jetstream';
import type { FactConsumer } from '../fact.ts';
import type { FactDelivery } from './fact-delivery.ts';
import type { Session } from './session.ts';
import { declareConsumer, partitionConsumer, partitions, processConsumer } from './topology.ts';

/** A consumer of facts and its way to hear them, over one session after the other. */
export interface Subscription {
  /** Declares what the broker must know and begins to take facts. Resolves once it would miss none. */
  begin(session: Session): Promise<void>;
  /** Takes no more facts, and waits for those that are acted on. */
  stop(): Promise<void>;
}

/** Between two signs of life of a broker that has no facts for us, in milliseconds; two missing ones end a session. */
const heartbeat = 10_000;
const pullExpiry = 30_000;

/** Takes messages of one JetStream consumer one by one, until the session is over. */
class MessageLoops {
  readonly #delivery: FactDelivery;
  readonly #stops = new Set<() => Promise<void>>();

  constructor(delivery: FactDelivery) {
    this.#delivery = delivery;
  }

  async begin(
    session: Session,
    info: ConsumerInfo,
    onDone: (message: JsMsg) => void = () => {},
  ): Promise<void> {
    const messages = await session.client.consumers.getConsumerFromInfo(info).consume({
      max_messages: 1,
      expires: pullExpiry,
      idle_heartbeat: heartbeat,
      abort_on_missing_resource: true,
    });
    const loop = (async () => {
      for await (const message of messages) {
        await this.#delivery.deliver(message, session.client, session.signal);
        onDone(message);
      }
    })();
    const stop = async () => {
      messages.stop();
      await loop.catch(() => {});
    };
    this.#stops.add(stop);
    const isOver = (error?: unknown) => {
      this.#stops.delete(stop);
      session.end(error ?? new Error(`The consumer ${info.name} is gone.`));
    };
    void loop.then(() => isOver(), isOver);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#stops].map((stop) => stop()));
  }
}

/** All processes of a service share what is kept for it. */
export class ServiceSubscription implements Subscription {
  readonly #consumer: FactConsumer;
  readonly #loops: MessageLoops;

  constructor(consumer: FactConsumer, delivery: FactDelivery) {
    this.#consumer = consumer;
    this.#loops = new MessageLoops(delivery);
  }

  async begin(session: Session): Promise<void> {
    const all = Array.from({ length: partitions }, async (_, partition) => {
      const info = await declareConsumer(session.manager, partitionConsumer(this.#consumer.name, partition));
      await this.#loops.begin(session, info);
    });
    await Promise.all(all);
  }

  async stop(): Promise<void> {
    await this.#loops.stop();
  }
}

/** For clocks that differ: what is heard twice does no harm. */
const clockSkew = 60_000;

/** Hears on its own, and goes on over the next session where it stood. */
export class ProcessSubscription implements Subscription {
  readonly #consumer: FactConsumer;
  readonly #loops: MessageLoops;
  #since: Date;

  constructor(consumer: FactConsumer, delivery: FactDelivery, now: Date) {
    this.#consumer = consumer;
    this.#loops = new MessageLoops(delivery);
    this.#since = new Date(now.getTime() - (consumer.lookBack ?? 0) - clockSkew);
  }

  async begin(session: Session): Promise<void> {
    const info = await declareConsumer(session.manager, processConsumer(this.#consumer.types, this.#since));
    await this.#loops.begin(session, info, (message) => {
      this.#since = message.time;
    });
  }

  async stop(): Promise<void> {
    await this.#loops.stop();
  }
}
