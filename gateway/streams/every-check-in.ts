import type { Clock } from '@tixgo/platform/clock.ts';
import { ConcurrencyLimit } from '@tixgo/platform/concurrency-limit.ts';
import { ApiError } from '@tixgo/platform/errors.ts';
import { BoundedCache } from '@tixgo/platform/graphql/bounded-cache.ts';
import { timeOfId } from '@tixgo/platform/ids.ts';
import type { AttendanceChange } from './attendance-feed.ts';
import type { EventExecution, Told } from './event-execution.ts';
import { gap, tooSlow } from './stream-errors.ts';
import type { Subscriber } from './subscriber.ts';
import { endAll, type Watchers } from './watchers.ts';

/** What changed after a check-in, in order; undefined when that cannot be told. @throws BAD_USER_INPUT */
export type ChangesAfter = (
  eventId: string,
  after: string,
) => Promise<readonly AttendanceChange[] | undefined>;

export interface EveryCheckInSettings {
  readonly execution: Pick<EventExecution, 'tell'>;
  readonly eventId: string;
  readonly changesAfter: ChangesAfter;
  /** What may wait for one subscriber, in bytes. */
  readonly buffer: number;
  readonly clock: Clock;
  /** Called with what nobody expected while somebody catches up. */
  readonly failed: (subscriber: Subscriber, error: unknown) => void;
}

/** Check-ins that are answered at a time, and that may wait for it. */
const concurrency = 8;
const mostWaiting = 2_000;
/** Answers that are kept for those who catch up, and for how long, in milliseconds. */
const answersKept = 200;
const freshness = 10_000;
/** How long after its commit a change may come over the bus and not be sent twice, in milliseconds. */
const longestWay = 60_000;

interface Answer {
  readonly askedAt: number;
  readonly told: Promise<Told>;
}

/** Instead of an answer, once all streams have ended. */
const forNobody: Told = { bytes: Buffer.alloc(0), failure: 'NOBODY_WATCHES' };

/** Answers of one change, in order. */
interface ToldChange {
  readonly factId: string;
  readonly bytes: Buffer;
}

/** Sends everybody each check-in, in the order in which the door decided. */
export class EveryCheckIn implements Watchers {
  readonly subscribers = new Set<Subscriber>();
  readonly #settings: EveryCheckInSettings;
  readonly #limit = new ConcurrencyLimit(concurrency);
  readonly #answers = new BoundedCache<string, Answer>(answersKept);
  /** What came for those who still catch up. */
  readonly #catchingUp = new Map<Subscriber, ToldChange[]>();
  /** What they were sent before it came over the bus. */
  readonly #sentAhead = new Map<Subscriber, Set<string>>();
  #told: Promise<void> = Promise.resolve();
  #waiting = 0;

  constructor(settings: EveryCheckInSettings) {
    this.#settings = settings;
  }

  get isEmpty(): boolean {
    return this.subscribers.size === 0;
  }

  join(subscriber: Subscriber, after: string | null): void {
    this.subscribers.add(subscriber);
    if (after === null) return;
    // First, so that what changes while it is read is not missed between the two.
    this.#catchingUp.set(subscriber, []);
    this.#catchUp(subscriber, after).catch((error: unknown) => this.#settings.failed(subscriber, error));
  }

  leave(subscriber: Subscriber): void {
    this.subscribers.delete(subscriber);
    this.#catchingUp.delete(subscriber);
    this.#sentAhead.delete(subscriber);
  }

  hear({ factId, checkInIds }: AttendanceChange): void {
    if (checkInIds.length === 0) return;
    if (this.#waiting + checkInIds.length > mostWaiting) {
      const why = new ApiError('OVERLOADED', 'Events come faster than they are answered.', {
        retryAfterSeconds: 2,
      });
      endAll(this.subscribers, why);
      return;
    }
    this.#waiting += checkInIds.length;
    const answers = checkInIds.map((id) => this.#ask(id));
    this.#told = this.#told.then(async () => {
      const told = await Promise.all(answers);
      this.#waiting -= checkInIds.length;
      this.#deliver(factId, told);
    });
  }

  lookAgain(): void {}

  close(): void {}

  async #ask(id: string): Promise<Told> {
    const told = this.#limit.run(async () => {
      const asker = [...this.subscribers].find(({ stream }) => stream.isOpen);
      return asker ? await this.#settings.execution.tell(id, asker.caller) : forNobody;
    });
    const answer = { askedAt: this.#now(), told };
    this.#answers.set(id, answer);
    const { failure } = await told;
    // Whoever comes back is not to be told again what has passed.
    if (failure !== undefined && this.#answers.get(id) === answer) this.#answers.delete(id);
    return await told;
  }

  #deliver(factId: string, told: readonly Told[]): void {
    // Who has come since then was not there when it happened.
    if (told.includes(forNobody)) return;
    const bytes = Buffer.concat(told.map((one) => one.bytes));
    const failed = told.find(({ failure }) => failure !== undefined);
    for (const subscriber of [...this.subscribers]) {
      // What comes next would hide that this one is missing.
      if (failed) subscriber.stream.end(failed.bytes);
      else if (subscriber.endUnlessEntitled(this.#settings.clock()))
        this.#send(subscriber, { factId, bytes });
    }
  }

  #send(subscriber: Subscriber, change: ToldChange): void {
    if (this.#wasSentAhead(subscriber, change.factId)) return;
    const held = this.#catchingUp.get(subscriber);
    const waiting = held ? held.reduce((sum, { bytes }) => sum + bytes.length, 0) : subscriber.stream.waiting;
    // Looked at before, so that a change of any size can be sent.
    if (waiting > this.#settings.buffer) subscriber.endWith(tooSlow());
    else if (held) held.push(change);
    else subscriber.stream.send(change.bytes);
  }

  async #catchUp(subscriber: Subscriber, after: string): Promise<void> {
    const { eventId, changesAfter, clock } = this.#settings;
    const changes = await changesAfter(eventId, after);
    if (!changes) return subscriber.endWith(gap());
    for (const { checkInIds } of changes) {
      const told = await Promise.all(checkInIds.map((id) => this.#known(id)));
      const failed = told.find(({ failure }) => failure !== undefined);
      if (failed) return subscriber.stream.end(failed.bytes);
      if (!subscriber.endUnlessEntitled(clock())) return;
      for (const { bytes } of told) subscriber.stream.send(bytes);
      await subscriber.stream.taken();
    }
    this.#goLive(subscriber, changes);
  }

  #goLive(subscriber: Subscriber, changes: readonly AttendanceChange[]): void {
    if (!this.subscribers.has(subscriber)) return;
    const lately = this.#now() - longestWay;
    const facts = changes.map(({ factId }) => factId).filter((id) => timeOfId(id) >= lately);
    this.#sentAhead.set(subscriber, new Set(facts));
    const held = this.#catchingUp.get(subscriber) ?? [];
    this.#catchingUp.delete(subscriber);
    for (const change of held) this.#send(subscriber, change);
  }

  #wasSentAhead(subscriber: Subscriber, factId: string): boolean {
    const ahead = this.#sentAhead.get(subscriber);
    if (!ahead?.delete(factId)) return false;
    if (ahead.size === 0) this.#sentAhead.delete(subscriber);
    return true;
  }

  /** When many come back at once, they ask for the same. */
  async #known(id: string): Promise<Told> {
    const answer = this.#answers.get(id);
    const told = answer && this.#now() - answer.askedAt < freshness ? await answer.told : forNobody;
    return told === forNobody ? await this.#ask(id) : told;
  }

  #now(): number {
    return this.#settings.clock().getTime();
  }
}
