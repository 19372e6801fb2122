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
  IDEMPOTENCY_KEY_REUSED: 409,
  DOCUMENT_REJECTED: 400,
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

  constructor(statusCode: number, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.statusCode = statusCode;
    this.headers = headers;
  }
}

/** @param error as GraphQL answers it, or an ApiError */
export function restFailure(error: Pick<GraphQLFormattedError, 'message' | 'extensions'>): RestFailure {
  const code = asPublicCode(error.extensions?.code) ?? 'INTERNAL_SERVER_ERROR';
  const status = statuses[code];
  const { field, retryAfterSeconds } = (error.extensions ?? {}) as ErrorDetails;
  if (status === 401) return new RestFailure(status, error.message, { 'www-authenticate': 'Bearer' });
  if (status === 429 || status === 503) {
    const seconds = String(retryAfterSeconds ?? unavailableFor);
    return new RestFailure(status, error.message, { 'retry-after': seconds });
  }
  if (status >= 500) return new RestFailure(status, unexpected);
  const named =
    typeof field === 'string' && field !== '' ? `${inSnakeCase(field).replace(/^filter\./, '')}: ` : '';
  return new RestFailure(status, `${named}${withoutVariable(error.message)}`);
}

/** graphql-js's words about a value that does not fit its type name a variable that no REST client knows. */
function withoutVariable(message: string): string {
  return message.replace(/^Variable "\$\w+" does not fit at "[^"]*": /, '');
}

/** `startsAt` as REST spells it: `starts_at`. */
function inSnakeCase(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
