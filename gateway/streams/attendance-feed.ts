import { type Clock, systemClock } from '@tixgo/platform/clock.ts';
import type { FactConsumer } from '@tixgo/platform/facts/fact.ts';
import { timeOfId } from '@tixgo/platform/ids.ts';
import { ATTENDANCE_CHANGED, type AttendanceChanged } from '@tixgo/schema/facts/attendance.ts';

/** What one transaction of the door changed. */
export interface AttendanceChange {
  readonly factId: string;
  readonly checkInIds: readonly string[];
}

type ChangeListener = (change: AttendanceChange) => void;

/** Longer than clocks of replicas differ, in milliseconds. */
const repeatWindow = 60_000;

/** Hears in every process what changes at doors, and passes it on to whoever watches an event. */
export class AttendanceFeed {
  readonly #watched = new Map<string, WatchedEvent>();
  readonly #clock: Clock;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  /** Keeps nobody waiting: the bus of one process hands on the next fact only then. */
  consumer(): FactConsumer {
    return {
      name: 'gateway-streams',
      types: [ATTENDANCE_CHANGED],
      audience: 'process',
      handle: async ({ id, key, payload }) => {
        const { checkInIds } = payload as AttendanceChanged;
        this.#watched.get(key)?.hear({ factId: id, checkInIds });
      },
    };
  }

  /** Calls `listener` with each change from now on, in their order and each once. Answers how to stop it. */
  watch(eventId: string, listener: ChangeListener): () => void {
    const event = this.#watched.get(eventId) ?? new WatchedEvent(this.#clock().getTime());
    this.#watched.set(eventId, event);
    event.listeners.add(listener);
    return () => {
      event.listeners.delete(listener);
      if (event.listeners.size === 0) this.#watched.delete(eventId);
    };
  }
}

/**
 * Facts come at least once, and in one order for an event: what is older than others that were heard is a repeat, such as
 * all of a week when a broker comes back empty.
 */
class WatchedEvent {
  readonly listeners = new Set<ChangeListener>();
  readonly #recent = new Set<string>();
  #newest: number;

  constructor(now: number) {
    this.#newest = now;
  }

  hear(change: AttendanceChange): void {
    if (!this.#isNew(change.factId)) return;
    for (const listener of this.listeners) listener(change);
  }

  #isNew(factId: string): boolean {
    const toldAt = timeOfId(factId);
    if (toldAt < this.#newest - repeatWindow || this.#recent.has(factId)) return false;
    this.#newest = Math.max(this.#newest, toldAt);
    this.#recent.add(factId);
    for (const known of this.#recent) {
      if (timeOfId(known) >= this.#newest - repeatWindow) break;
      this.#recent.delete(known);
    }
    return true;
  }
}
