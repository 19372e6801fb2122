import { type PartialAnswer, parseAnswer } from './answer.ts';
import { TixGoError } from './tixgo-error.ts';
import type { TypedDocument } from './typed-document.ts';

export interface ClientSettings {
  /** The GraphQL endpoint, such as `http://localhost:18082/graphql`; in a browser `/graphql` serves as well. */
  readonly url: string;
  /** An access token, as `login` gives it. */
  readonly token?: string | undefined;
  /** Instead of the global one. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Milliseconds until a request without a whole answer is given up; 15,000 unless told, longer than the server's own. */
  readonly timeout?: number | undefined;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface RequestOptions {
  /** Gives the request up; its reason is what the request then throws. */
  readonly signal?: AbortSignal | undefined;
}

/** Variables may be left out when the document needs none. */
type RequestArguments<Variables> =
  Record<string, never> extends Variables
    ? [variables?: Variables, options?: RequestOptions]
    : [variables: Variables, options?: RequestOptions];

type AnyVariables = Readonly<Record<string, unknown>>;

export class TixGoClient {
  readonly #settings: ClientSettings;

  constructor(settings: ClientSettings) {
    this.#settings = settings;
  }

  /** The same client as somebody else; without a token, as nobody. */
  withToken(token: string | undefined): TixGoClient {
    return new TixGoClient({ ...this.#settings, token });
  }

  /** @throws TixGoError unless the answer is whole */
  async request<Answer = unknown, Variables = AnyVariables>(
    document: TypedDocument<Answer, Variables>,
    ...[variables, options]: RequestArguments<Variables>
  ): Promise<Answer> {
    const { data, errors } = await this.#send<Answer>(document, variables, options);
    const [first, ...others] = errors;
    if (first) throw withOthers(first, others);
    if (data === null) throw new TypeError('parseAnswer lets no answer pass without data and errors.');
    return data;
  }

  /**
   * For answers that may be partly null, as while a part of the system does not answer: the errors are returned.
   * @throws TixGoError NETWORK_ERROR when there is no GraphQL answer at all
   */
  async requestPartial<Answer = unknown, Variables = AnyVariables>(
    document: TypedDocument<Answer, Variables>,
    ...[variables, options]: RequestArguments<Variables>
  ): Promise<PartialAnswer<Answer>> {
    return await this.#send<Answer>(document, variables, options);
  }

  async #send<Answer>(
    document: TypedDocument<Answer, never>,
    variables: unknown,
    { signal }: RequestOptions = {},
  ): Promise<PartialAnswer<Answer>> {
    const { url, timeout = 15_000, fetch = globalThis.fetch } = this.#settings;
    const timer = AbortSignal.timeout(timeout);
    const request = {
      method: 'POST',
      headers: this.#headers(),
      body: JSON.stringify({ query: document.toString(), variables }),
      signal: signal ? AbortSignal.any([signal, timer]) : timer,
    };
    let response: Response;
    let body: string;
    try {
      response = await fetch(url, request);
      body = await response.text();
    } catch (cause) {
      signal?.throwIfAborted();
      throw networkError(cause, url, timer.aborted ? timeout : undefined);
    }
    return parseAnswer(response, body);
  }

  #headers(): Record<string, string> {
    const { token, headers } = this.#settings;
    return {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json, application/json;q=0.9',
      ...headers,
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
  }
}

/** Sends nothing yet. */
export function createClient(settings: ClientSettings): TixGoClient {
  return new TixGoClient(settings);
}

function networkError(cause: unknown, url: string, timeout: number | undefined): TixGoError {
  const message =
    timeout === undefined ? `${url} cannot be reached.` : `${url} gave no whole answer within ${timeout} ms.`;
  return new TixGoError('NETWORK_ERROR', message, { cause });
}

function withOthers(error: TixGoError, others: readonly TixGoError[]): TixGoError {
  return others.length === 0 ? error : new TixGoError(error.code, error.message, { ...error, others });
}
