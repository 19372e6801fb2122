/**
 * Every code that a client can meet, with what it means. `docs/errors.md` lists the same; a test compares the two.
 */
export const errorCatalogue = {
  BAD_USER_INPUT: 'An argument or input field is out of bounds or malformed; `field` names it.',
  UNAUTHENTICATED: 'No token, or one that is expired, altered or ended; sign in again.',
  FORBIDDEN:
    'The viewer may not use this; `coordinate` names the field or type when access is by coordinate.',
  NOT_FOUND: "There is no such thing, or it is another's.",
  CONFLICT: 'The thing is in a state that does not allow this.',
  USERNAME_TAKEN: 'Somebody has this username already, perhaps in another case or Unicode form.',
  INVALID_CREDENTIALS: 'Username and password do not belong together.',
  PASSWORD_TOO_LONG: 'The password has more than 72 bytes of UTF-8, which bcrypt would cut off.',
  RATE_LIMITED: 'Too many attempts; wait `retryAfterSeconds`.',
  OVERLOADED: 'The process has too much to do; wait `retryAfterSeconds`.',
  IDEMPOTENCY_KEY_REUSED: 'This key or nonce was used before with other input.',
  DOCUMENT_REJECTED: 'The document is over a limit.',
  STREAM_TOO_SLOW:
    'The stream was ended: its client takes events more slowly than they come. Subscribe again with `after`.',
  STREAM_STOPPED:
    'The stream was ended by the server, which stops or was changed. Subscribe again, with `after`.',
  STREAM_GAP:
    'What came after this check-in cannot be told any more. Read the list, and subscribe without `after`.',
  SUBGRAPH_UNAVAILABLE: 'A part of the system does not answer just now; trying again is safe for queries.',
  INTERNAL_SERVER_ERROR: 'Something unexpected; `requestId` finds it in the log.',
} as const;

export type ErrorCode = keyof typeof errorCatalogue;

/** Codes of the GraphQL server itself, for documents that never reach a resolver. */
export const protocolCodes = {
  GRAPHQL_PARSE_FAILED: 'The document is not GraphQL; the message says where it ends to be.',
  GRAPHQL_VALIDATION_FAILED: 'The document does not fit the schema.',
  OPERATION_RESOLUTION_FAILURE: 'The document has several operations, and none or an unknown one was named.',
  PERSISTED_QUERY_NOT_FOUND: 'The server does not know this hash; send it once more with the document.',
  PERSISTED_QUERY_NOT_SUPPORTED: 'Documents are not kept by hash here.',
  BAD_REQUEST: 'The HTTP request is not a GraphQL request.',
} as const;

export type ProtocolCode = keyof typeof protocolCodes;

/** What beside `code` may reach a client. Anything else in `extensions` stays inside. */
export const publicErrorDetails = [
  'field',
  'coordinate',
  'retryAfterSeconds',
  'retryable',
  'limit',
  'requestId',
] as const;

export type ErrorDetails = Partial<Record<(typeof publicErrorDetails)[number], string | number | boolean>>;

/** A mistake of the caller, or a refusal, that the client is told in these words. Anything else is masked. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ErrorCode;
  /** graphql-js copies this into the GraphQLError that it makes of the thrown one. */
  readonly extensions: ErrorDetails & { code: ErrorCode };

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message);
    this.code = code;
    this.extensions = { ...details, code };
  }
}

export function badUserInput(field: string, message: string): ApiError {
  return new ApiError('BAD_USER_INPUT', message, { field });
}

export function notFound(what: string): ApiError {
  return new ApiError('NOT_FOUND', `No such ${what}.`);
}

export function conflict(message: string, details: ErrorDetails = {}): ApiError {
  return new ApiError('CONFLICT', message, details);
}

export function unauthenticated(message = 'Sign in first.', details: ErrorDetails = {}): ApiError {
  return new ApiError('UNAUTHENTICATED', message, details);
}

export function forbidden(message: string, details: ErrorDetails = {}): ApiError {
  return new ApiError('FORBIDDEN', message, details);
}

export function subgraphUnavailable(): ApiError {
  return new ApiError('SUBGRAPH_UNAVAILABLE', 'A part of the system does not answer just now.', {
    retryable: true,
  });
}

/** `code` as an entry of the catalogue or of the protocol, or undefined for anything else. */
export function asPublicCode(code: unknown): ErrorCode | ProtocolCode | undefined {
  if (typeof code !== 'string') return undefined;
  if (Object.hasOwn(errorCatalogue, code)) return code as ErrorCode;
  return Object.hasOwn(protocolCodes, code) ? (code as ProtocolCode) : undefined;
}
