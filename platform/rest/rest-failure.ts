import type { GraphQLFormattedError } from 'graphql';
import { asPublicCode, type ErrorCode, type ErrorDetails, type ProtocolCode } from '../errors.ts';

const statuses: Readonly<Record<ErrorCode | ProtocolCode, number>> = {
  BAD_USER_INPUT: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  // As the systems that TixGo grew from answer it.
  USERNAME_TAKEN: 400,
  INVALID_CREDENTIALS: 401,
  PASSWORD_TOO_LONG: 400,
  RATE_LIMITED: 429,
  OVERLOADED: 503,
  IDEMPOTENCY_KEY_REUSED: 409,
  DOCUMENT_REJECTED: 400,
  STREAM_TOO_SLOW: 503,
  STREAM_STOPPED: 503,
  STREAM_GAP: 410,
  SUBGRAPH_UNAVAILABLE: 503,
  INTERNAL_SERVER_ERROR: 500,
  GRAPHQL_PARSE_FAILED: 500,
  GRAPHQL_VALIDATION_FAILED: 500,
  OPERATION_RESOLUTION_FAILURE: 500,
  PERSISTED_QUERY_NOT_FOUND: 500,
  PERSISTED_QUERY_NOT_SUPPORTED: 500,
  BAD_REQUEST: 400,
};

const unexpected = 'Something went wrong on our side.';
/** How long to wait before a part of the system that does not answer is asked again, in seconds. */
const unavailableFor = 1;

/** What a REST client is answered instead of what it asked for: a status and `{"detail"}`. */
export class RestFailure extends Error {
  override readonly name = 'RestFailure';
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object | undefined;

  /** @param body instead of `{"detail"}` */
  constructor(
    statusCode: number,
    detail: string,
    headers: Readonly<Record<string, string>> = {},
    body?: object,
  ) {
    super(detail);
    this.statusCode = statusCode;
    this.headers = headers;
    this.body = body;
  }
}

/** @param error as GraphQL answers it, or an ApiError */
export function restFailure(error: Pick<GraphQLFormattedError, 'message' | 'extensions'>): RestFailure {
  const code = asPublicCode(error.extensions?.code) ?? 'INTERNAL_SERVER_ERROR';
  const status = statuses[code];
  const { field, retryAfterSeconds } = (error.extensions ?? {}) as ErrorDetails;
  if (status === 401)
    return new RestFailure(status, withoutCoordinate(error.message), { 'www-authenticate': 'Bearer' });
  if (status === 429 || status === 503) {
    const seconds = String(retryAfterSeconds ?? unavailableFor);
    return new RestFailure(status, error.message, { 'retry-after': seconds });
  }
  if (status >= 500) return new RestFailure(status, unexpected);
  if (status === 403) return new RestFailure(status, withoutCoordinate(error.message));
  return new RestFailure(status, detailOf(error.message, field));
}

/** `Query.attendance` and its like say nothing to a REST client. */
function withoutCoordinate(message: string): string {
  return message
    .replace(/: [A-Z]\w+(\.\w+)? needs \w+\.$/, '.')
    .replace(/^[A-Z]\w+(\.\w+)? needs/, 'This needs');
}

/** The words of GraphQL, about fields as REST spells them; the field comes first, once. */
function detailOf(message: string, field: unknown): string {
  if (typeof field !== 'string' || field === '') return message;
  const name = inRestWords(field);
  const words = withoutVariable(message).replace(/"[^"]*"|[^"]+/g, (part) =>
    part.startsWith('"') ? part : inRestWords(part),
  );
  return words.startsWith(`${name} `) ? words : `${name}: ${words}`;
}

/** graphql-js's words about a value that does not fit its type name a variable that no REST client knows. */
function withoutVariable(message: string): string {
  return message.replace(/^Variable "\$\w+" does not fit at "[^"]*": /, '');
}

/** `filter.startsAt` as REST spells it: `starts_at`. */
function inRestWords(text: string): string {
  return text
    .replace(/\b(?:filter|lines)\.(?:\d+\.)?(?=[a-z])/g, '')
    .replace(/\b[a-z]+(?:[A-Z][a-z0-9]*)+\b/g, (name) =>
      name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    );
}
