/** What the server says, as `docs/errors.md` lists it; a test compares the two. */
export const serverCodes = [
  'BAD_USER_INPUT',
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'NOT_FOUND',
  'CONFLICT',
  'USERNAME_TAKEN',
  'INVALID_CREDENTIALS',
  'PASSWORD_TOO_LONG',
  'RATE_LIMITED',
  'OVERLOADED',
  'IDEMPOTENCY_KEY_REUSED',
  'DOCUMENT_REJECTED',
  'STREAM_TOO_SLOW',
  'STREAM_STOPPED',
  'STREAM_GAP',
  'SUBGRAPH_UNAVAILABLE',
  'INTERNAL_SERVER_ERROR',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
  'BAD_REQUEST',
] as const;

/**
 * What this client says itself. NETWORK_ERROR: no answer, none in time, or one that is not GraphQL. UNKNOWN_ERROR: the
 * server sent no code, or one newer than this client; `extensions` has what it sent.
 */
export const clientCodes = ['NETWORK_ERROR', 'UNKNOWN_ERROR'] as const;

export type TixGoErrorCode = (typeof serverCodes)[number] | (typeof clientCodes)[number];

export function asServerCode(code: unknown): TixGoErrorCode {
  return serverCodes.find((known) => known === code) ?? 'UNKNOWN_ERROR';
}
