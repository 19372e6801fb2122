import { setTimeout as pause } from 'node:timers/promises';
import type { JsMsg } from '@nats-io/jetstream';
import { ConcurrencyLimit } from '../../concurrency-limit.ts';
import { isDatabaseUnavailable } from '../../database/failures.ts';
import type { Log } from '../../logging.ts';
import type { Fact, FactConsumer } from '../fact.ts';
import { keepDeadLetter } from './dead-letters.ts';
import { decodeFact, onlyForHeader, UnreadableFactError } from './fact-message.ts';
import type { Session } from './session.ts';
import { ackWait, typeOfSubject } from './topology.ts';

const second = 1_000;

/**
 * How long after each failure a fact is delivered again, in milliseconds; after one more it is a dead letter. All in all
 * five minutes, in which facts of its partition wait for it, at this service. An outage of the consumer's database is
 * no failure of the fact and takes none of them.
 */
export const retryDelays: readonly number[] = [0.1, 0.5, 1, 2, 4, 8, 15, 30, 30, 30, 60, 60, 60].map(
  (seconds) => seconds * second,
);

/** While the database is away: in milliseconds, the last one again and again. */
const outageDelays = [0.1, 0.5, 1, 2].map((seconds) => seconds * second);

/** Of so many deliveries for each that is allowed, the others ended with the process: the fact may be what ends it. */
const unansweredFactor = 3;

export interface DeliverySettings {
  readonly consumer: FactConsumer;
  readonly log: Log;
  readonly retryDelays: readonly number[];
}

/**
 * Facts that one consumer acts on at a time in this process: each takes a connection of a pool that requests share. A
 * bound for each, so that a slow one stalls no other.
 */
const concurrency = 4;

/** What becomes of a message at one consumer: it is acknowledged, delivered again later, or a dead letter. */
export class FactDelivery {
  readonly #settings: DeliverySettings;
  readonly #limit = new ConcurrencyLimit(concurrency);
  readonly #closing = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  #isWaiting = false;

  constructor(settings: DeliverySettings) {
    this.#settings = settings;
  }

  /** Waits for what is acted on; what waits for the database is left to others. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#underWay);
  }

  /**
   * Leaves the message unanswered when the session is over.
   * @throws when the broker does not take the dead letter
   */
  async deliver(message: JsMsg, session: Session): Promise<void> {
    if (!this.#concerns(message)) {
      message.ack();
      return;
    }
    const work = this.#answer(message, session);
    this.#underWay.add(work);
    try {
      await work;
    } finally {
      this.#underWay.delete(work);
    }
  }

  async #answer(message: JsMsg, session: Session): Promise<void> {
    // The broker would give it to another replica, while this one still works on it.
    const working = setInterval(() => message.working(), ackWait / 3);
    try {
      this.#assertMayBeTried(message);
      const fact = decodeFact(message);
      await this.#limit.run(() => this.#handle(fact, session));
      message.ack();
    } catch (error) {
      if (session.signal.aborted) return;
      if (this.#closing.signal.aborted) message.nak();
      else await this.#fail(message, error, session);
    } finally {
      clearInterval(working);
    }
  }

  #concerns({ subject, headers }: JsMsg): boolean {
    const { name, types } = this.#settings.consumer;
    const only = headers?.get(onlyForHeader) ?? '';
    return types.includes(typeOfSubject(subject)) && (only === '' || only === name);
  }

  #assertMayBeTried({ info }: JsMsg): void {
    const mostDeliveries = this.#settings.retryDelays.length + 1;
    if (info.deliveryCount > unansweredFactor * mostDeliveries)
      throw new Error('It was delivered again and again, and never answered for.');
  }

  /** Outlasts an outage of the database, for as long as the connection to the broker does. */
  async #handle(fact: Fact, session: Session): Promise<void> {
    const { consumer, log } = this.#settings;
    for (let outage = 0; ; outage += 1) {
      try {
        await consumer.handle(fact);
        if (this.#isWaiting) log.info({ consumer: consumer.name }, 'facts are acted on again');
        this.#isWaiting = false;
        return;
      } catch (error) {
        if (!isDatabaseUnavailable(error) || session.signal.aborted) throw error;
        if (!this.#isWaiting)
          log.warn({ err: error, consumer: consumer.name }, 'the database is away; facts wait for it');
        this.#isWaiting = true;
      }
      await pause(outageDelays[outage] ?? outageDelays.at(-1), undefined, { signal: this.#closing.signal });
    }
  }

  async #fail(message: JsMsg, error: unknown, { client }: Session): Promise<void> {
    const { consumer, log } = this.#settings;
    const { deliveryCount } = message.info;
    const about = { err: error, consumer: consumer.name, subject: message.subject, deliveryCount };
    const delay = this.#settings.retryDelays[deliveryCount - 1];
    if (delay !== undefined && !(error instanceof UnreadableFactError)) {
      log.error(about, 'a consumer failed on a fact; it will be repeated');
      message.nak(delay);
      return;
    }
    await keepDeadLetter(client, message, consumer.name, error);
    log.error(about, 'a consumer gave up on a fact: it is a dead letter');
    message.ack();
  }
}
