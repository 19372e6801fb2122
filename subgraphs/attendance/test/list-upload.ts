import { request as httpRequest, type IncomingMessage } from 'node:http';

/** A list that is sent piece by piece, as slowly as the test likes. */
export class ListUpload {
  readonly #request: ReturnType<typeof httpRequest>;
  /** Undefined when the connection broke before there was one. */
  readonly answer: Promise<{ status: number | undefined; body: Record<string, unknown> } | undefined>;

  /** @param query with its question mark */
  constructor(base: string, eventId: string, token: string, query = '') {
    this.#request = httpRequest(`${base}/events/${eventId}/tickets/import${query}`, {
      method: 'POST',
      headers: { 'content-type': 'text/csv', authorization: `Bearer ${token}` },
    });
    this.answer = new Promise((resolve) => {
      this.#request.once('error', () => resolve(undefined));
      this.#request.once('response', async (response: IncomingMessage) => {
        let text = '';
        for await (const piece of response.setEncoding('utf8')) text += piece;
        resolve({ status: response.statusCode, body: JSON.parse(text) });
      });
    });
  }

  write(text: string): this {
    this.#request.write(text);
    return this;
  }

  end(text = ''): this {
    this.#request.end(text);
    return this;
  }

  /** Breaks the connection off. */
  cut(): void {
    this.#request.destroy();
  }
}

/** The event's newest import, once it is as wanted. */
export async function importOnce(
  base: string,
  eventId: string,
  token: string,
  isWanted: (shown: Record<string, unknown>) => boolean,
): Promise<Record<string, unknown>> {
  for (;;) {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${base}/events/${eventId}/tickets/imports`, { headers });
    const [newest] = (await response.json()) as Record<string, unknown>[];
    if (newest && isWanted(newest)) return newest;
    await new Promise((done) => setTimeout(done, 20));
  }
}
