import type { Fact, FactBus, FactConsumer } from '@tixgo/platform/facts/fact.ts';

interface Queue {
  readonly consumer: string;
  readonly facts: Fact[];
  isBusy: boolean;
}

interface Delivered {
  readonly consumer: string;
  readonly fact: Fact;
}

/**
 * A broker that outlives the systems on it: it answers for a fact once it has it, keeps those of one key in order for
 * each consumer, and delivers at least once. It can hold a consumer's facts back, let go of some of them in any order of
 * their keys, and repeat what was delivered.
 */
export class FactBroker {
  /** Whether facts come as from a release after this one: of a newer version, which has only added to them. */
  tellsNewer = false;
  /** What a consumer threw that was not cut off from its database. */
  readonly failures: string[] = [];
  readonly #queues = new Map<string, Queue>();
  readonly #types = new Map<string, readonly string[]>();
  readonly #connected = new Map<string, FactConsumer>();
  readonly #held = new Set<string>();
  readonly #delivered: Delivered[] = [];
  #handed = 0;

  /** A bus for one system; the consumers of the one before it are gone. */
  connect(): FactBus {
    this.disconnect();
    return {
      publish: async (fact) => this.#keep(this.tellsNewer ? newer(fact) : fact),
      subscribe: (consumer) => {
        this.#types.set(consumer.name, consumer.types);
        this.#connected.set(consumer.name, consumer);
        this.#flow();
      },
      onBrokerRestart: () => {},
      isReady: () => true,
      close: async () => {},
    };
  }

  disconnect(): void {
    this.#connected.clear();
  }

  hold(consumer: string): void {
    this.#held.add(consumer);
  }

  release(): void {
    this.#held.clear();
    this.#flow();
  }

  isHolding(): boolean {
    return this.#held.size > 0;
  }

  /** Of what is held back, the first fact of one key after the other. @param picks which key, each time */
  async deliver(picks: readonly number[]): Promise<void> {
    for (const pick of picks) {
      const waiting = [...this.#queues.values()].filter(
        ({ consumer, facts, isBusy }) => this.#held.has(consumer) && facts.length > 0 && !isBusy,
      );
      const queue = waiting[pick % waiting.length];
      if (queue) await this.#deliverFirst(queue);
    }
    // They may have been released meanwhile.
    this.#flow();
  }

  /** Delivers again what was delivered before, whatever came since. */
  async repeat(pick: number): Promise<void> {
    const again = this.#delivered[pick % this.#delivered.length];
    if (again) await this.#hand(again);
  }

  /** Nothing is on its way but what is held back. */
  isIdle(): boolean {
    return [...this.#queues.values()].every(
      ({ consumer, facts, isBusy }) => !isBusy && (facts.length === 0 || this.#held.has(consumer)),
    );
  }

  /** How often a consumer was given a fact. */
  get handed(): number {
    return this.#handed;
  }

  /** What is on its way, for people. */
  get waiting(): string[] {
    return [...this.#queues.values()].flatMap(({ consumer, facts }) =>
      facts.map(({ type, key }) => `${type} ${key} for ${consumer}`),
    );
  }

  forget(): void {
    for (const { facts } of this.#queues.values()) facts.length = 0;
    this.#queues.clear();
    this.#delivered.length = 0;
    this.#held.clear();
    this.failures.length = 0;
  }

  #keep(fact: Fact): void {
    for (const [consumer, types] of this.#types) {
      if (!types.includes(fact.type)) continue;
      const name = `${consumer} ${fact.key}`;
      const queue = this.#queues.get(name) ?? { consumer, facts: [], isBusy: false };
      this.#queues.set(name, queue);
      queue.facts.push(fact);
    }
    this.#flow();
  }

  #flow(): void {
    for (const queue of this.#queues.values()) void this.#drain(queue);
  }

  async #drain(queue: Queue): Promise<void> {
    while (!queue.isBusy && queue.facts.length > 0 && !this.#held.has(queue.consumer)) {
      if (await this.#deliverFirst(queue)) continue;
      if (!this.#connected.has(queue.consumer)) return;
      await new Promise((done) => setTimeout(done, 5));
    }
  }

  async #deliverFirst(queue: Queue): Promise<boolean> {
    const [fact] = queue.facts;
    if (!fact) return false;
    queue.isBusy = true;
    const isDone = await this.#hand({ consumer: queue.consumer, fact });
    queue.isBusy = false;
    if (!isDone) return false;
    queue.facts.shift();
    this.#delivered.push({ consumer: queue.consumer, fact });
    return true;
  }

  async #hand({ consumer: name, fact }: Delivered): Promise<boolean> {
    const consumer = this.#connected.get(name);
    if (!consumer) return false;
    this.#handed += 1;
    try {
      await consumer.handle(fact);
      return true;
    } catch (error) {
      const isCutOff = this.#connected.get(name) !== consumer;
      if (!isCutOff) this.failures.push(`${name} failed on ${fact.type}: ${reasonOf(error)}`);
      return false;
    }
  }
}

function newer(fact: Fact): Fact {
  const payload = { ...Object(fact.payload), addedLater: { of: ['any', 'kind'] } };
  return { ...fact, version: fact.version + 1, payload };
}

/** Drizzle wraps what PostgreSQL says. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
