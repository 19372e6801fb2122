import type { Clock } from '@tixgo/platform/clock.ts';
import type { EventExecution, Told } from './event-execution.ts';
import type { Subscriber } from './subscriber.ts';
import type { Watchers } from './watchers.ts';

/** Between two states of an event, in milliseconds. */
export const conflation = 500;
/** How long nobody may have looked, in milliseconds: what moves a state besides scans is not told. */
const staleness = 10_000;
const failures: ReadonlySet<string> = new Set(['SUBGRAPH_UNAVAILABLE', 'INTERNAL_SERVER_ERROR']);

/** What is shown, and its text to compare with. */
interface State {
  readonly bytes: Buffer;
  readonly text: string;
}

/** Shows everybody the newest state: at once, and whenever it has changed, at most twice a second. */
export class NewestAttendance implements Watchers {
  /** With the state that each was shown last. */
  readonly #shown = new Map<Subscriber, string>();
  readonly #execution: Pick<EventExecution, 'tell'>;
  readonly #eventId: string;
  readonly #clock: Clock;
  #newest: State | undefined;
  #lookedAt = 0;
  #isStale = true;
  #isLooking = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(execution: Pick<EventExecution, 'tell'>, eventId: string, clock: Clock) {
    this.#execution = execution;
    this.#eventId = eventId;
    this.#clock = clock;
  }

  get subscribers(): Iterable<Subscriber> {
    return this.#shown.keys();
  }

  get isEmpty(): boolean {
    return this.#shown.size === 0;
  }

  join(subscriber: Subscriber): void {
    this.#shown.set(subscriber, '');
    const isFresh = this.#clock().getTime() < this.#lookedAt + conflation;
    if (this.#newest && !this.#isStale && isFresh) this.#show(subscriber, this.#newest);
    else this.hear();
  }

  leave(subscriber: Subscriber): void {
    this.#shown.delete(subscriber);
  }

  hear(): void {
    this.#isStale = true;
    this.#lookSoon(conflation);
  }

  lookAgain(now: Date): void {
    if (now.getTime() >= this.#lookedAt + staleness) this.hear();
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #lookSoon(pause: number): void {
    if (this.#timer || this.#isLooking) return;
    const wait = this.#lookedAt + pause - this.#clock().getTime();
    this.#timer = setTimeout(() => void this.#look(), Math.max(0, wait));
  }

  async #look(): Promise<void> {
    this.#timer = undefined;
    const [first] = this.#shown.keys();
    if (!first) return;
    this.#isLooking = true;
    this.#isStale = false;
    this.#lookedAt = this.#clock().getTime();
    const told = await this.#execution.tell(this.#eventId, first.caller);
    this.#isLooking = false;
    if (told.failure !== undefined) this.#fail(told, told.failure);
    else {
      this.#newest = { bytes: told.bytes, text: told.bytes.toString() };
      for (const subscriber of [...this.#shown.keys()]) this.#show(subscriber, this.#newest);
    }
    if (this.#isStale) this.#lookSoon(told.failure === undefined ? conflation : 2 * conflation);
  }

  #show(subscriber: Subscriber, { bytes, text }: State): void {
    if (!subscriber.endUnlessEntitled(this.#clock()) || this.#shown.get(subscriber) === text) return;
    this.#shown.set(subscriber, text);
    subscriber.stream.sendNewest(bytes);
  }

  /** What is out of reach for a moment is asked again, except for those who have seen nothing yet. */
  #fail({ bytes }: Told, code: string): void {
    const isPassing = failures.has(code);
    for (const [subscriber, state] of [...this.#shown]) {
      if (!isPassing || state === '') subscriber.stream.end(bytes);
    }
    if (isPassing) this.#isStale = true;
  }
}
