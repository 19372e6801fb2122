import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';

// biome-ignore lint/suspicious/noExplicitAny: a test reads whatever shape it asked for
type Answer = any;

export interface StreamEvent {
  /** `next`, `complete`, or `comment`. */
  readonly event: string;
  readonly data: Answer;
  /** By the clock of this process, in milliseconds. */
  readonly at: number;
}

export interface Subscription {
  /** Undefined where `extensions` have its hash. */
  readonly query?: string | undefined;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
  readonly extensions?: Record<string, unknown>;
}

/** How long a test waits for an event before it fails, in milliseconds. */
const patience = 10_000;

/** Reads server-sent events as they stand on the line. */
export class StreamClient {
  readonly events: StreamEvent[] = [];
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  /** Resolves when the connection is over. */
  readonly ended: Promise<void>;
  readonly #close: () => void;
  readonly #pause: (isPaused: boolean) => void;
  #text = '';
  #onEvent: () => void = () => {};

  /** Asks /graphql/stream; resolves once the head of the answer is there. @param url of the host */
  static async open(
    url: string,
    subscription: Subscription,
    token?: string,
    headers: Record<string, string> = {},
  ): Promise<StreamClient> {
    const asking = request(`${url}/graphql/stream`, {
      method: 'POST',
      agent: false,
      headers: {
        'content-type': 'application/json',
        accept: 'text/event-stream',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
    });
    asking.end(JSON.stringify(subscription));
    const [response] = await once(asking, 'response');
    return new StreamClient(response);
  }

  private constructor(response: IncomingMessage) {
    this.status = response.statusCode ?? 0;
    this.headers = response.headers;
    this.#close = () => response.destroy();
    this.#pause = (isPaused) => void (isPaused ? response.pause() : response.resume());
    response.setEncoding('utf8');
    response.on('data', (text: string) => this.#read(text));
    response.on('error', () => {});
    this.ended = new Promise((resolve) => response.once('close', resolve));
  }

  /** What answers have in them. */
  get data(): Answer[] {
    return this.events.flatMap(({ event, data }) => (event === 'next' && data.data ? [data.data] : []));
  }

  /** Codes of errors that were sent instead of an answer. */
  get codes(): string[] {
    return this.events.flatMap(({ data }) =>
      data?.errors && !data.data ? [data.errors[0].extensions.code] : [],
    );
  }

  /** Waits until what was sent fits. */
  async until(fits: (stream: this) => boolean): Promise<this> {
    const deadline = Date.now() + patience;
    while (!fits(this)) {
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`It did not come:\n${JSON.stringify(this.events.slice(-20), null, 1)}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#onEvent = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    return this;
  }

  /** The code that the stream ended with. */
  async ending(): Promise<string | undefined> {
    await this.until(({ events }) => events.at(-1)?.event === 'complete');
    await this.ended;
    return this.codes.at(-1);
  }

  /** As somebody who stops reading, and goes on. */
  pause(isPaused = true): void {
    this.#pause(isPaused);
  }

  async close(): Promise<void> {
    this.#close();
    await this.ended;
  }

  #read(text: string): void {
    const parts = (this.#text + text).split('\n\n');
    this.#text = parts.pop() ?? '';
    for (const part of parts) {
      const event = /^event: (.*)$/m.exec(part)?.[1] ?? 'comment';
      const data = /^data: (.*)$/m.exec(part)?.[1];
      this.events.push({ event, data: data === undefined ? null : JSON.parse(data), at: Date.now() });
    }
    this.#onEvent();
  }
}
