import type { Dispatcher } from 'undici';

export interface Post {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** For all of it, in milliseconds. */
  readonly timeout: number;
  readonly signal?: AbortSignal | undefined;
}

export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/** Hears of an answer as it comes. */
export interface AnswerListener {
  begin(status: number, headers: AnswerHeaders): void;
  /** What comes in belongs to the listener. @throws for what it does not take, which breaks the answer off */
  take(chunk: Buffer): void;
}

/** Keeps an answer until it is there in whole. */
export class WholeAnswer implements AnswerListener {
  status = 0;
  headers: AnswerHeaders = {};
  readonly #chunks: Buffer[] = [];
  readonly #largest: number;
  #length = 0;

  /** @param largest in bytes; one that is larger breaks off */
  constructor(largest: number) {
    this.#largest = largest;
  }

  begin(status: number, headers: AnswerHeaders): void {
    this.status = status;
    this.headers = headers;
  }

  take(chunk: Buffer): void {
    this.#length += chunk.length;
    if (this.#length > this.#largest) throw new Error('The answer is too large.');
    this.#chunks.push(chunk);
  }

  text(): string {
    const [only] = this.#chunks;
    return only && this.#chunks.length === 1 ? only.toString() : Buffer.concat(this.#chunks).toString();
  }
}

/** The call was taken, and perhaps done. */
export class AnswerBrokeOff extends Error {
  override readonly name = 'AnswerBrokeOff';

  constructor(cause: Error) {
    super('The answer broke off.', { cause });
  }
}

/**
 * Posts over a pool. undici's `request` makes a stream of every answer and a signal of every timeout; at the few
 * microseconds that a call between services takes, that is most of it.
 * @returns once the answer is there in whole
 * @throws AnswerBrokeOff, and what undici throws before an answer begins, or when there is none in time
 */
export function post(
  pool: Dispatcher,
  { path, headers, body, timeout, signal }: Post,
  listener: AnswerListener,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let hasBegun = false;
    let isOver = false;
    const end = (): boolean => {
      if (isOver) return false;
      isOver = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
      return true;
    };
    const giveUp = () => {
      if (!end()) return;
      const reason = new Error('There was no answer in time.');
      controller?.abort(reason);
      reject(reason);
    };
    const timer = setTimeout(giveUp, timeout);
    signal?.addEventListener('abort', giveUp);
    if (signal?.aborted) return giveUp();
    pool.dispatch(
      { method: 'POST', path, headers, body },
      {
        onRequestStart(started) {
          controller = started;
          // It waited for a connection longer than it had time.
          if (isOver) started.abort(new Error('There was no answer in time.'));
        },
        onResponseStart(_controller, status, received) {
          hasBegun = true;
          listener.begin(status, received);
        },
        onResponseData(_controller, chunk) {
          listener.take(chunk);
        },
        onResponseEnd() {
          if (end()) resolve();
        },
        onResponseError(_controller, error) {
          if (end()) reject(hasBegun ? new AnswerBrokeOff(error) : error);
        },
      },
    );
  });
}
