/**
 * A domain event that other services act on. Delivered at least once, in order among those of one key.
 * The catalogue of types and payloads is schema/facts.
 */
export interface Fact<Type extends string = string, Payload = unknown> {
  /** A UUIDv7: the message id; consumers keep it in their inbox. */
  readonly id: string;
  readonly type: Type;
  /** Of the payload's shape. A newer version only adds: a consumer reads what it knows and ignores the rest. */
  readonly version: number;
  /** The id of the thing that it is about. */
  readonly key: string;
  readonly occurredAt: string;
  readonly payload: Payload;
}

export type NewFact<Type extends string = string, Payload = unknown> = Omit<Fact<Type, Payload>, 'id'>;

export interface FactConsumer {
  /** A durable name: the service's. */
  readonly name: string;
  readonly types: readonly string[];
  /**
   * `service`, the default: one of the service's processes acts on each fact, and what comes while none runs waits.
   * `process`: every process that subscribes hears each fact, and nothing waits for one that is away.
   */
  readonly audience?: 'service' | 'process';
  /**
   * For `process`, over a broker: how long before the subscription facts may have been told that it hears still, in
   * milliseconds; 0 by default. A process that starts catches up so on what it keeps in memory.
   */
  readonly lookBack?: number;
  /** Resolves once the effect is committed. Called again with the same fact after a failure or a restart. */
  handle(fact: Fact): Promise<void>;
}

/** A broker from its start to its end: as long as it is the same it has lost nothing. */
export interface BrokerRun {
  readonly id: string;
  /** It has nothing of what was published before; of what was published last before the run it may have lost some. */
  readonly storedSince: Date;
}

/** Carries facts from outboxes to consumers: within the process, or over a broker. */
export interface FactBus {
  /** Resolves once the bus can answer for the fact: the broker has stored it, or every consumer here has committed. */
  publish(fact: Fact): Promise<void>;
  subscribe(consumer: FactConsumer): void;
  /**
   * `listener` is called, before the broker takes facts, when it is connected for the first time and whenever it is
   * another than before, or has restarted: a relay publishes again what it may have lost. Within a process nothing is
   * kept that could be lost, and nobody is called.
   */
  onBrokerRestart(listener: (run: BrokerRun) => void): void;
  isReady(): boolean;
  /** Waits for handlers under way. */
  close(): Promise<void>;
}
