import type { ApiError } from '@tixgo/platform/errors.ts';
import type { AttendanceChange } from './attendance-feed.ts';
import type { StreamArguments } from './stream-document.ts';
import type { Subscriber } from './subscriber.ts';

/** Those who watch the same with the same document, variables and rights: an event is answered once for all of them. */
export interface Watchers {
  readonly subscribers: Iterable<Subscriber>;
  readonly isEmpty: boolean;
  join(subscriber: Subscriber, after: StreamArguments['after']): void;
  leave(subscriber: Subscriber): void;
  hear(change: AttendanceChange): void;
  /** Called every second. */
  lookAgain(now: Date): void;
  close(): void;
}

export function endAll(subscribers: Iterable<Subscriber>, why: ApiError): void {
  for (const subscriber of [...subscribers]) subscriber.endWith(why);
}
