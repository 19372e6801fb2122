import { type Clock, systemClock } from '@tixgo/platform/clock.ts';
import { ApiError } from '@tixgo/platform/errors.ts';
import type { Log } from '@tixgo/platform/logging.ts';
import type { AskedOperation } from '../document/document-cache.ts';
import type { Variables } from '../executor/execution.ts';
import type { RunOperation } from '../front/run-operation.ts';
import type { LoadedSupergraph } from '../supergraph/loaded-supergraph.ts';
import type { AttendanceFeed } from './attendance-feed.ts';
import { EventExecution } from './event-execution.ts';
import { type EventStream, errorEvent } from './event-stream.ts';
import { type ChangesAfter, EveryCheckIn } from './every-check-in.ts';
import { NewestAttendance } from './newest-attendance.ts';
import { rightsKey } from './rights-key.ts';
import type { StreamArguments, StreamDocument } from './stream-document.ts';
import { stopped } from './stream-errors.ts';
import { attendanceChanged } from './stream-fields.ts';
import { type AccessCheck, type StreamCaller, Subscriber } from './subscriber.ts';
import { endAll, type Watchers } from './watchers.ts';

/** What streams are made of, from whoever hosts the attendance service. */
export interface StreamSource {
  readonly feed: AttendanceFeed;
  readonly changesAfter: ChangesAfter;
  /** @throws NOT_FOUND */
  readonly assertEventExists: (eventId: string) => Promise<void>;
  readonly isAccessEnded: AccessCheck;
  /** `listener` is called whenever access has ended. */
  readonly onAccessEnd: (listener: () => void) => void;
}

export interface StreamLimits {
  /** In this process. */
  readonly streams: number;
  readonly perViewer: number;
  /** What may wait for one subscriber, in bytes. */
  readonly buffer: number;
}

export interface StreamsSettings {
  readonly source: StreamSource;
  readonly supergraph: () => Pick<LoadedSupergraph, 'id'>;
  readonly run: RunOperation;
  readonly limits: StreamLimits;
  readonly deadline: number;
  readonly log: Log;
  readonly clock?: Clock;
}

/** A subscription that its caller may have. */
export interface AskedStream {
  /** The id of the supergraph that it is planned over. */
  readonly supergraph: string;
  readonly document: StreamDocument;
  /** The query of its events. */
  readonly asked: AskedOperation;
  readonly variables: Variables;
  readonly about: StreamArguments;
}

/** Between looks at all that is open, in milliseconds. */
const lookInterval = 1_000;
/** After how long without an event a comment is sent, in milliseconds: proxies give up after 60 s and more. */
const longestSilence = 12_000;
/** How long a stop waits for clients to take what is left, in milliseconds. */
const stopPatience = 3_000;
/** When a place may be free, in seconds. */
const retryAfterSeconds = 5;

interface Watching {
  readonly watchers: Watchers;
  readonly supergraph: string;
  readonly unwatch: () => void;
}

/** All open streams of this process. */
export class Streams {
  readonly #settings: StreamsSettings & { readonly clock: Clock };
  readonly #watching = new Map<string, Watching>();
  readonly #subscribers = new Set<Subscriber>();
  readonly #perViewer = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(settings: StreamsSettings) {
    this.#settings = { clock: systemClock, ...settings };
    settings.source.onAccessEnd(() => this.#lookAtRights());
  }

  get size(): number {
    return this.#subscribers.size;
  }

  /** Keeps a place until the stream is closed. @throws RATE_LIMITED, OVERLOADED, STREAM_STOPPED */
  take(caller: StreamCaller, stream: EventStream): Subscriber {
    this.#assertPlace(caller);
    const { id } = caller.viewer;
    const subscriber = new Subscriber(caller, stream, this.#settings.source.isAccessEnded);
    this.#subscribers.add(subscriber);
    this.#perViewer.set(id, this.#of(id) + 1);
    this.#timer ??= setInterval(() => this.#look(), lookInterval);
    stream.onClose(() => {
      this.#subscribers.delete(subscriber);
      const left = this.#of(id) - 1;
      if (left === 0) this.#perViewer.delete(id);
      else this.#perViewer.set(id, left);
      if (this.#subscribers.size > 0) return;
      clearInterval(this.#timer);
      this.#timer = undefined;
    });
    return subscriber;
  }

  /** @throws NOT_FOUND, and whatever the attendance service throws */
  async open(subscriber: Subscriber, stream: AskedStream): Promise<void> {
    await this.#settings.source.assertEventExists(stream.about.eventId);
    if (!subscriber.stream.isOpen) return;
    const key = keyOf(stream, subscriber.caller);
    const { watchers } = this.#watching.get(key) ?? this.#begin(key, stream);
    watchers.join(subscriber, stream.about.after);
    subscriber.stream.onClose(() => {
      watchers.leave(subscriber);
      if (watchers.isEmpty) this.#finish(key, watchers);
    });
  }

  /** Ends all streams, each with an event that says so, and takes no others. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    const closed = [...this.#subscribers].map(
      ({ stream }) => new Promise<void>((resolve) => stream.onClose(resolve)),
    );
    for (const subscriber of this.#subscribers) subscriber.endWith(stopped('The server stops'), stopPatience);
    await Promise.all(closed);
  }

  #assertPlace({ viewer }: StreamCaller): void {
    const { streams, perViewer } = this.#settings.limits;
    if (this.#isStopped) throw stopped('The server stops');
    if (this.#of(viewer.id) >= perViewer) {
      const message = `You have ${perViewer} streams open, and no more are allowed.`;
      throw new ApiError('RATE_LIMITED', message, { retryAfterSeconds });
    }
    if (this.#subscribers.size >= streams)
      throw new ApiError('OVERLOADED', 'No more streams can be open just now.', { retryAfterSeconds });
  }

  #of(viewerId: string): number {
    return this.#perViewer.get(viewerId) ?? 0;
  }

  #begin(key: string, { supergraph, document, asked, variables, about }: AskedStream): Watching {
    const { source, run, deadline, log, clock, limits } = this.#settings;
    const { eventId } = about;
    const execution = new EventExecution({ document, asked, variables, run, deadline, log });
    const watchers =
      document.field === attendanceChanged
        ? new NewestAttendance(execution, eventId, clock)
        : new EveryCheckIn({
            execution,
            eventId,
            clock,
            buffer: limits.buffer,
            changesAfter: source.changesAfter,
            failed: (subscriber, error) => this.fail(subscriber, error),
          });
    const unwatch = source.feed.watch(eventId, (change) => watchers.hear(change));
    const watching = { watchers, unwatch, supergraph };
    this.#watching.set(key, watching);
    return watching;
  }

  /** Ends a stream with an error, masked unless it is for clients. */
  fail({ caller, stream }: Subscriber, error: unknown): void {
    stream.end(errorEvent(error, caller.requestId, this.#settings.log));
  }

  #finish(key: string, watchers: Watchers): void {
    const watching = this.#watching.get(key);
    if (watching?.watchers !== watchers) return;
    this.#watching.delete(key);
    watching.unwatch();
    watchers.close();
  }

  #look(): void {
    const now = this.#settings.clock();
    this.#lookAtRights();
    for (const { stream } of this.#subscribers) stream.beat(Date.now(), longestSilence);
    for (const { watchers, supergraph } of this.#watching.values()) {
      watchers.lookAgain(now);
      // Plans and rules of another schema may be others.
      if (supergraph !== this.#settings.supergraph().id)
        endAll(watchers.subscribers, stopped('The schema has changed'));
    }
  }

  #lookAtRights(): void {
    const now = this.#settings.clock();
    for (const subscriber of [...this.#subscribers]) subscriber.endUnlessEntitled(now);
  }
}

function keyOf(stream: AskedStream, { viewer }: StreamCaller): string {
  const { supergraph, asked, variables, about } = stream;
  const { query } = stream.document;
  const values = query.variables.map((name) => variables[name]);
  const rights = rightsKey(asked.operation.planFor(variables, asked.literalValues), viewer);
  return JSON.stringify([supergraph, query.text, about.eventId, values, rights]);
}
