import type { GraphQLFormattedError } from 'graphql';
import { isDatabaseUnavailable } from '../database/failures.ts';
import { asPublicCode, type ErrorDetails, publicErrorDetails, subgraphUnavailable } from '../errors.ts';
import type { Log } from '../logging.ts';

/** An error as a resolver threw it, or as another process told it. */
export interface RaisedError {
  readonly message: string;
  readonly locations?: GraphQLFormattedError['locations'] | undefined;
  readonly path?: GraphQLFormattedError['path'] | undefined;
  readonly extensions?: { readonly [name: string]: unknown } | undefined;
  readonly originalError?: unknown;
}

/** Whatever was thrown. */
export function raised(error: unknown): RaisedError {
  if (!(error instanceof Error)) return { message: String(error) };
  const { message, path, locations, extensions, originalError }: RaisedError = error;
  return { message, path, locations, extensions, originalError: originalError ?? error };
}

/**
 * What a client may know of an error: the catalogue's errors in their own words and named details; of anything else
 * only that it happened. The whole of it goes to the log under the request's id.
 */
export function publicError(error: RaisedError, requestId: string, log: Log): GraphQLFormattedError {
  const position = {
    ...(error.locations && { locations: error.locations }),
    ...(error.path && { path: error.path }),
  };
  const variable = variableError(error);
  if (variable) return { ...variable, ...position };
  const code = asPublicCode(error.extensions?.code);
  if (code !== undefined && code !== 'INTERNAL_SERVER_ERROR') {
    return { message: error.message, ...position, extensions: { code, ...detailsOf(error.extensions) } };
  }
  if (isDatabaseUnavailable(error.originalError)) {
    log.warn({ requestId, err: error.originalError }, 'the database does not answer');
    const { message, extensions } = subgraphUnavailable();
    return { message, ...position, extensions: { ...extensions } };
  }
  // An error that another part has masked already was logged there, under the same id.
  if (code === undefined)
    log.error({ requestId, err: error.originalError ?? error, path: error.path }, 'unexpected error');
  return {
    message: 'Something went wrong on our side.',
    ...position,
    extensions: { code: 'INTERNAL_SERVER_ERROR', requestId },
  };
}

/**
 * graphql-js says in words alone which variable, and which part of it, did not fit its type. Its words also repeat the
 * whole value, passwords included, and suggest names of the schema; neither is passed on.
 */
function variableError({ message, path, extensions }: RaisedError): GraphQLFormattedError | undefined {
  // In a place for which it has the wrong type, it is the document that is wrong.
  const isOfDocument = extensions?.code === 'GRAPHQL_VALIDATION_FAILED';
  const match =
    path || isOfDocument
      ? null
      : /^Variable "\$(\w+)" (got invalid value .*?)?(?: at "([^"]+)")?(?:; |of |$)/s.exec(message);
  if (!match) return undefined;
  const [, variable = '', isInvalid, part = variable] = match;
  const reason = message.slice(message.lastIndexOf('; ') + 2).replace(/ Did you mean .*$/s, '');
  return {
    message:
      isInvalid === undefined ? message : `Variable "$${variable}" does not fit at "${part}": ${reason}`,
    extensions: { code: 'BAD_USER_INPUT', field: part.replace(/^input\./, '') },
  };
}

function detailsOf(extensions: RaisedError['extensions']): ErrorDetails {
  const details: ErrorDetails = {};
  for (const name of publicErrorDetails) {
    const value = extensions?.[name];
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      details[name] = value;
  }
  return details;
}
