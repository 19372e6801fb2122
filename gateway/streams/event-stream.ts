import type { ServerResponse } from 'node:http';
import { publicError, raised } from '@tixgo/platform/graphql/public-errors.ts';
import type { SubgraphResult } from '@tixgo/platform/graphql/subgraph.ts';
import type { Log } from '@tixgo/platform/logging.ts';

/** In milliseconds: a slow client is to hear why its stream ended. */
const lastPatience = 10_000;
const comment = Buffer.from(':\n\n');
const complete = Buffer.from('event: complete\ndata:\n\n');

/** An event with an answer, as GraphQL over SSE has it; as bytes, since one answer goes to many. */
export function nextEvent(result: SubgraphResult): Buffer {
  return Buffer.from(`event: next\ndata: ${JSON.stringify(result)}\n\n`);
}

/** An event that says why there is nothing more, masked unless it is for clients. */
export function errorEvent(error: unknown, requestId: string, log: Log): Buffer {
  return nextEvent({ errors: [publicError(raised(error), requestId, log)] });
}

/**
 * One subscription's answer: GraphQL over SSE in distinct connections mode (graphql-sse, PROTOCOL.md). Knows how much of
 * it the client has not taken yet.
 */
export class EventStream {
  readonly #response: ServerResponse;
  #waiting = 0;
  #newest: Buffer | undefined;
  #wroteAt = 0;
  #isEnded = false;
  #onTaken: () => void = () => {};
  readonly #onClose = new Set<() => void>();

  /** Sends the head, and a comment by which some browsers know that it has begun. */
  constructor(response: ServerResponse, headers: Readonly<Record<string, string>>) {
    this.#response = response;
    // A connection that breaks is closed as well, which is heard.
    response.on('error', () => {});
    response.once('close', () => {
      this.#onTaken();
      for (const listener of this.#onClose) listener();
    });
    response.writeHead(200, {
      ...headers,
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      // nginx would gather a stream before it passes it on.
      'x-accel-buffering': 'no',
    });
    this.#write(comment);
  }

  get isOpen(): boolean {
    return !this.#isEnded && !this.#response.destroyed;
  }

  /** What has not left the process, in bytes. */
  get waiting(): number {
    return this.#waiting;
  }

  onClose(listener: () => void): void {
    if (this.#response.closed) listener();
    else this.#onClose.add(listener);
  }

  send(event: Buffer): void {
    if (this.isOpen) this.#write(event);
  }

  /** Sends the event once the client has taken what was sent before, unless a newer one has come until then. */
  sendNewest(event: Buffer): void {
    if (this.#waiting === 0) this.send(event);
    else this.#newest = event;
  }

  /** Resolves once the client has taken all of it, or is gone. For one at a time. */
  async taken(): Promise<void> {
    if (this.#waiting > 0 && this.isOpen)
      await new Promise<void>((resolve) => {
        this.#onTaken = resolve;
      });
  }

  /** Keeps a silent connection from being taken for a dead one by what stands between. */
  beat(now: number, silence: number): void {
    if (now - this.#wroteAt >= silence && this.#waiting === 0) this.send(comment);
  }

  /**
   * @param event the last one, which says why
   * @param patience how long the client may take for what is left, in milliseconds
   */
  end(event?: Buffer, patience = lastPatience): void {
    if (!this.isOpen) return;
    if (event) this.#write(event);
    this.#write(complete);
    this.#isEnded = true;
    this.#newest = undefined;
    this.#response.end();
    const giveUp = setTimeout(() => this.#response.destroy(), patience);
    this.onClose(() => clearTimeout(giveUp));
  }

  #write(bytes: Buffer): void {
    this.#wroteAt = Date.now();
    this.#waiting += bytes.length;
    this.#response.write(bytes, () => {
      this.#waiting -= bytes.length;
      if (this.#waiting > 0) return;
      const newest = this.#newest;
      this.#newest = undefined;
      if (newest) this.send(newest);
      else this.#onTaken();
    });
  }
}
