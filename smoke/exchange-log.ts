/** One HTTP request and what came back, as it may be shown: without passwords and tokens. */
export interface Exchange {
  readonly asked: string;
  readonly answered: string;
  readonly requestId: string | undefined;
}

const secrets = new Set([
  'password',
  'currentPassword',
  'newPassword',
  'accessToken',
  'refreshToken',
  'clientSecret',
]);
const shownLength = 1500;

/** Remembers the last exchange, so that a failed step can show it. */
export class ExchangeLog {
  #last: Exchange | undefined;

  get last(): Exchange | undefined {
    return this.#last;
  }

  forget(): void {
    this.#last = undefined;
  }

  /** The global fetch, remembered. */
  readonly fetch: typeof globalThis.fetch = async (url, init) => {
    const asked = `${init?.method ?? 'GET'} ${String(url)}${describeBody(init?.body)}`;
    this.#last = { asked, answered: 'nothing', requestId: undefined };
    const response = await globalThis.fetch(url, init);
    const body = await response.clone().text();
    this.#last = {
      asked,
      answered: `${response.status} ${withoutSecrets(body)}`,
      requestId: response.headers.get('x-request-id') ?? undefined,
    };
    return response;
  };
}

/** A GraphQL document by its name, since client/documents has its text. */
function describeBody(body: RequestInit['body']): string {
  if (typeof body !== 'string') return '';
  const { query, variables } = JSON.parse(body);
  const operation = /\b(?:query|mutation) \w+/.exec(query)?.[0] ?? query;
  return ` ${operation} ${withoutSecrets(JSON.stringify(variables ?? {}))}`;
}

function withoutSecrets(text: string): string {
  try {
    const parsed: unknown = JSON.parse(text);
    return shortened(JSON.stringify(parsed, (key, value) => (secrets.has(key) ? '(not shown)' : value)));
  } catch {
    return shortened(text);
  }
}

function shortened(text: string): string {
  return text.length > shownLength ? `${text.slice(0, shownLength)}…` : text;
}
