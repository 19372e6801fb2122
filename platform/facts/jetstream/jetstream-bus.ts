import { setTimeout as pause } from 'node:timers/promises';
import type { NodeConnectionOptions } from '@nats-io/transport-node';
import type { Log } from '../../logging.ts';
import type { BrokerRun, Fact, FactBus, FactConsumer } from '../fact.ts';
import { connectionOptions } from './connection-options.ts';
import { FactDelivery, retryDelays } from './fact-delivery.ts';
import { encodeFact } from './fact-message.ts';
import { Session } from './session.ts';
import { ProcessSubscription, ServiceSubscription, type Subscription } from './subscription.ts';
import { factStream, factSubject } from './topology.ts';

export interface JetStreamSettings {
  /** `nats://[user:password@]host[:port]` or `tls://…`; several of one cluster separated by commas. */
  readonly url: string;
  /** Names the connection at the broker, for people. */
  readonly processName: string;
  /** How many brokers of a cluster keep each fact; 1 by default. */
  readonly streamReplicas?: number;
  /** See `fact-delivery.ts`; shorter ones are for tests. */
  readonly retryDelays?: readonly number[];
}

/** Between attempts to connect, in milliseconds; the last one again and again. */
const connectDelays = [100, 200, 500, 1_000, 2_000];
/** How long a broker may take to store a fact, in milliseconds. */
const publishTime = 5_000;

/** Returns at once and connects in the background, for as long as it takes; `isReady` says when. */
export function connectJetStream(settings: JetStreamSettings, log: Log): FactBus {
  return new JetStreamBus(settings, log);
}

/**
 * Facts over NATS JetStream. Consumers go on by themselves whatever happens to the broker, and are declared again when
 * it comes back empty. Nothing of it is the truth: that is the outboxes.
 */
class JetStreamBus implements FactBus {
  readonly #settings: JetStreamSettings;
  readonly #log: Log;
  readonly #subscriptions: Subscription[] = [];
  readonly #restartListeners: ((run: BrokerRun) => void)[] = [];
  readonly #closing = new AbortController();
  readonly #running: Promise<void>;
  #session: Session | undefined;
  #beginning = 0;
  #brokerRun: BrokerRun | undefined;
  #isAway = false;

  constructor(settings: JetStreamSettings, log: Log) {
    this.#settings = settings;
    this.#log = log;
    this.#running = this.#run();
  }

  async publish(fact: Fact): Promise<void> {
    if (!this.#session) throw new Error('The broker is away.');
    await this.#session.client.publish(factSubject(fact), encodeFact(fact), {
      msgID: fact.id,
      timeout: publishTime,
      expect: { streamName: factStream },
    });
  }

  subscribe(consumer: FactConsumer): void {
    const delivery = new FactDelivery({
      consumer,
      log: this.#log,
      retryDelays: this.#settings.retryDelays ?? retryDelays,
    });
    const subscription =
      consumer.audience === 'process'
        ? new ProcessSubscription(consumer, delivery, new Date())
        : new ServiceSubscription(consumer, delivery);
    this.#subscriptions.push(subscription);
    if (this.#session) void this.#begin(subscription, this.#session);
  }

  onBrokerRestart(listener: (run: BrokerRun) => void): void {
    this.#restartListeners.push(listener);
    if (this.#session) listener(this.#session.brokerRun);
  }

  isReady(): boolean {
    return this.#session !== undefined && this.#beginning === 0;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#subscriptions.map((subscription) => subscription.stop()));
    await this.#session?.close();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    const options = connectionOptions(this.#settings);
    for (let failures = 0; !signal.aborted; ) {
      const wasConnected = await this.#serve(options);
      failures = wasConnected ? 0 : failures + 1;
      const delay = connectDelays[failures] ?? connectDelays.at(-1);
      await pause(delay, undefined, { signal }).catch(() => {});
    }
  }

  /** One session, to its end. Resolves to whether there was one. */
  async #serve(options: NodeConnectionOptions): Promise<boolean> {
    try {
      const session = await Session.open(options, this.#settings.streamReplicas ?? 1);
      this.#take(session);
      await Promise.all(this.#subscriptions.map((subscription) => this.#begin(subscription, session)));
      if (!session.signal.aborted) this.#tellThatItIsHere(session);
      await session.isOver;
      this.#session = undefined;
      this.#tellThatItIsAway(session.signal.reason);
      return true;
    } catch (error) {
      this.#tellThatItIsAway(error);
      return false;
    }
  }

  #take(session: Session): void {
    if (this.#closing.signal.aborted) session.end(new Error('The bus was closed.'));
    if (session.brokerRun.id !== this.#brokerRun?.id)
      for (const listener of this.#restartListeners) listener(session.brokerRun);
    this.#brokerRun = session.brokerRun;
    this.#session = session;
  }

  async #begin(subscription: Subscription, session: Session): Promise<void> {
    this.#beginning += 1;
    try {
      await subscription.begin(session);
    } catch (error) {
      session.end(error);
    } finally {
      this.#beginning -= 1;
    }
  }

  #tellThatItIsHere({ brokerVersion }: Session): void {
    this.#log.info({ brokerVersion }, this.#isAway ? 'the broker is back' : 'connected to the broker');
    this.#isAway = false;
  }

  /** Once for each outage: every attempt would say the same. */
  #tellThatItIsAway(error: unknown): void {
    if (this.#isAway || this.#closing.signal.aborted) return;
    this.#log.warn({ err: error }, 'the broker is away; facts wait in the outboxes');
    this.#isAway = true;
  }
}
