import { asServerCode } from './error-codes.ts';
import { TixGoError } from './tixgo-error.ts';

/** What came back for a document, errors as they stand in the answer. */
export interface PartialAnswer<Answer> {
  /** Null when the document was refused or nothing of it could be answered. */
  readonly data: Answer | null;
  readonly errors: readonly TixGoError[];
}

/**
 * Reads GraphQL out of an HTTP answer of any status: a refused document is well-formed GraphQL at 4xx.
 * @throws TixGoError NETWORK_ERROR when it is not GraphQL
 */
export function parseAnswer<Answer>(response: Response, body: string): PartialAnswer<Answer> {
  const parsed = parseJson(body);
  if (!isRecord(parsed)) throw notGraphql(response, undefined);
  const { data = null, errors = [] } = parsed;
  const isGraphql = Array.isArray(errors) && (errors.length > 0 || data !== null);
  if (!isGraphql) throw notGraphql(response, parsed.detail);
  // What the document's type says of the answer is the server's promise; it is not checked again here.
  return { data: data as Answer | null, errors: errors.map((error) => asTixGoError(error, response)) };
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** @param detail what a REST answer of the same server says in words */
function notGraphql(response: Response, detail: unknown): TixGoError {
  const words = typeof detail === 'string' ? `: ${detail}` : ', which is not a GraphQL answer.';
  return new TixGoError('NETWORK_ERROR', `The server answered ${response.status}${words}`, origin(response));
}

function asTixGoError(error: unknown, response: Response): TixGoError {
  const { message, path, extensions } = isRecord(error) ? error : {};
  const details = isRecord(extensions) ? extensions : {};
  return new TixGoError(asServerCode(details.code), typeof message === 'string' ? message : 'No message.', {
    ...origin(response),
    path: Array.isArray(path) ? path.filter(isPathStep) : [],
    extensions: details,
  });
}

function origin(response: Response) {
  return { status: response.status, requestId: response.headers.get('x-request-id') ?? undefined };
}

function isPathStep(step: unknown): step is string | number {
  return typeof step === 'string' || typeof step === 'number';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
