import type { Fact, FactBus, FactConsumer } from '../facts/fact.ts';
import { connectJetStream, type JetStreamSettings } from '../facts/jetstream/jetstream-bus.ts';
import { newId } from '../ids.ts';
import { createLog, type Log } from '../logging.ts';
import { NatsServer } from '../testing/nats-server.ts';

/** A broker and the processes of a system on it, each with its connection. */
export class BrokerSystem {
  readonly server: NatsServer;
  readonly #buses: FactBus[] = [];

  constructor(server: NatsServer) {
    this.server = server;
  }

  static async start(): Promise<BrokerSystem> {
    return new BrokerSystem(await NatsServer.start());
  }

  /** Another process. Retries come quickly. */
  connect(settings: Partial<JetStreamSettings> = {}, log: Log = createLog('silent')): FactBus {
    const { url } = this.server;
    const bus = connectJetStream(
      { url, processName: 'test', retryDelays: [5, 10, 20, 40, 80, 160], ...settings },
      log,
    );
    this.#buses.push(bus);
    return bus;
  }

  /** Another process with these consumers, once it is ready. */
  async join(...consumers: readonly FactConsumer[]): Promise<FactBus> {
    const bus = this.connect();
    for (const consumer of consumers) bus.subscribe(consumer);
    await untilReady(bus);
    return bus;
  }

  async close(): Promise<void> {
    await Promise.all(this.#buses.map((bus) => bus.close()));
    await this.server.close();
  }
}

export async function untilReady(...buses: readonly FactBus[]): Promise<void> {
  await until(() => buses.every((bus) => bus.isReady()));
}

export async function untilNotReady(bus: FactBus): Promise<void> {
  await until(() => !bus.isReady());
}

/** For what has no event to wait for. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((done) => setTimeout(done, 10));
}

/** What one consumer or several have acted on, in order. */
export class Heard {
  readonly facts: Fact[] = [];
  readonly #waiting = new Set<() => void>();

  note(fact: Fact): void {
    this.facts.push(fact);
    for (const check of this.#waiting) check();
  }

  /** A consumer that hears and does no more, unless it is told what to do first. */
  by(
    name: string,
    {
      types = [happened],
      act,
      ...rest
    }: Partial<FactConsumer> & { act?: (fact: Fact) => Promise<void> } = {},
  ): FactConsumer {
    const handle = async (fact: Fact) => {
      await act?.(fact);
      this.note(fact);
    };
    return { name, types, handle, ...rest };
  }

  get payloads(): unknown[] {
    return this.facts.map(({ payload }) => payload);
  }

  of(key: string): unknown[] {
    return this.facts.filter((fact) => fact.key === key).map(({ payload }) => payload);
  }

  async until(isEnough: (facts: readonly Fact[]) => boolean): Promise<void> {
    if (isEnough(this.facts)) return;
    await new Promise<void>((resolve) => {
      const check = () => {
        if (!isEnough(this.facts)) return;
        this.#waiting.delete(check);
        resolve();
      };
      this.#waiting.add(check);
    });
  }

  async count(facts: number): Promise<void> {
    await this.until(({ length }) => length >= facts);
  }
}

export const happened = 'thing.happened';

export function factOf(key: string, payload: unknown, more: Partial<Fact> = {}): Fact {
  return {
    id: newId(),
    type: happened,
    version: 1,
    key,
    occurredAt: new Date().toISOString(),
    payload,
    ...more,
  };
}

export function range(length: number): number[] {
  return Array.from({ length }, (_, index) => index);
}
