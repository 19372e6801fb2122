/**
 * A domain event that other services act on. Delivered at least once, in order among those of one key.
 * The catalogue of types and payloads is schema/facts.
 */
export interface Fact<Type extends string = string, Payload = unknown> {
  /** A UUIDv7: the message id; consumers keep it in their inbox. */
  readonly id: string;
  readonly type: Type;
  /** Of the payload's shape. */
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
  /** Resolves once the effect is committed. Called again with the same fact after a failure or a restart. */
  handle(fact: Fact): Promise<void>;
}

/** Carries facts from outboxes to consumers: within the process, or over a broker. */
export interface FactBus {
  /** Resolves once the bus can answer for the fact: the broker has stored it, or every consumer here has committed. */
  publish(fact: Fact): Promise<void>;
  subscribe(consumer: FactConsumer): void;
  isReady(): boolean;
  close(): Promise<void>;
}
