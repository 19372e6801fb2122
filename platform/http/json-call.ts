import type { Dispatcher } from 'undici';

export interface JsonCall {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** For all of it, in milliseconds. */
  readonly timeout: number;
  readonly signal: AbortSignal | undefined;
}

export interface JsonAnswer {
  readonly status: number;
  readonly text: string;
}

/** The call was taken, and perhaps done. */
export class AnswerBrokeOff extends Error {
  override readonly name = 'AnswerBrokeOff';

  constructor(cause: Error) {
    super('The answer broke off.', { cause });
  }
}

/**
 * Posts JSON over a pool. undici's `request` makes a stream of every answer and a signal of every timeout; at the few
 * microseconds that a call between services takes, that is most of it.
 * @throws AnswerBrokeOff, and what undici throws before an answer begins, or when there is none in time
 */
export function callWithJson(
  pool: Dispatcher,
  { path, headers, body, timeout, signal }: JsonCall,
): Promise<JsonAnswer> {
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | undefined;
    let status = 0;
    let isOver = false;
    const chunks: Buffer[] = [];
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
        onResponseStart(_controller, statusCode) {
          status = statusCode;
        },
        onResponseData(_controller, chunk) {
          chunks.push(chunk);
        },
        onResponseEnd() {
          if (end()) resolve({ status, text: textOf(chunks) });
        },
        onResponseError(_controller, error) {
          if (end()) reject(status === 0 ? error : new AnswerBrokeOff(error));
        },
      },
    );
  });
}

function textOf(chunks: readonly Buffer[]): string {
  const [only] = chunks;
  return only && chunks.length === 1 ? only.toString() : Buffer.concat(chunks).toString();
}
