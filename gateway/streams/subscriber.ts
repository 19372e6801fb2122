import { accessHasChanged } from '@tixgo/platform/authentication.ts';
import { type ApiError, unauthenticated } from '@tixgo/platform/errors.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import { type EventStream, nextEvent } from './event-stream.ts';

/** Whoever subscribed, as their request told. */
export interface StreamCaller {
  readonly viewer: UserViewer;
  readonly expiresAt: Date;
  readonly requestId: string;
  readonly address: string | undefined;
  readonly userAgent: string | undefined;
}

export type AccessCheck = (viewer: UserViewer) => boolean | Promise<boolean>;

/** Somebody with an open stream, whose rights may end before it does. */
export class Subscriber {
  readonly caller: StreamCaller;
  readonly stream: EventStream;
  readonly #isEnded: AccessCheck;

  constructor(caller: StreamCaller, stream: EventStream, isEnded: AccessCheck) {
    this.caller = caller;
    this.stream = stream;
    this.#isEnded = isEnded;
  }

  /** Ends the stream of whoever has no access any more. @returns whether it goes on */
  endUnlessEntitled(now: Date): boolean {
    if (!this.stream.isOpen) return false;
    if (now >= this.caller.expiresAt) {
      this.endWith(unauthenticated('The access token has expired; refresh the session or sign in again.'));
      return false;
    }
    const isEnded = this.#isEnded(this.caller.viewer);
    if (isEnded === true) this.endWith(accessHasChanged());
    // While the bus is down identity is asked, which takes its time; nobody tells of events meanwhile.
    else if (isEnded !== false) void isEnded.then((ended) => ended && this.endWith(accessHasChanged()));
    return isEnded !== true;
  }

  /** @param patience how long the client may take for what is left, in milliseconds */
  endWith({ message, extensions }: ApiError, patience?: number): void {
    this.stream.end(nextEvent({ errors: [{ message, extensions }] }), patience);
  }
}
