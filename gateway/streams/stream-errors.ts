import { ApiError, type ProtocolCode } from '@tixgo/platform/errors.ts';
import { GraphQLError } from 'graphql';

/** A mistake in a document, with its code and its place. */
export function documentError(error: unknown, code: ProtocolCode): GraphQLError {
  const extensions = { code };
  if (!(error instanceof GraphQLError)) return new GraphQLError(messageOf(error), { extensions });
  const { message, source, positions } = error;
  return new GraphQLError(message, { source: source ?? null, positions: positions ?? null, extensions });
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

export function unresolved(): GraphQLError {
  return documentError(new Error('Name one of the document’s operations.'), 'OPERATION_RESOLUTION_FAILURE');
}

export function notASubscription(): GraphQLError {
  const message = 'Send queries and mutations to /graphql; subscriptions alone are answered here.';
  return documentError(new Error(message), 'OPERATION_RESOLUTION_FAILURE');
}

export function badRequest(message: string): GraphQLError {
  return documentError(new Error(message), 'BAD_REQUEST');
}

export function tooSlow(): ApiError {
  return new ApiError('STREAM_TOO_SLOW', 'Events come faster than you take them; go on with after.', {
    retryable: true,
  });
}

export function stopped(why: string): ApiError {
  return new ApiError('STREAM_STOPPED', `${why}; subscribe again.`, { retryable: true });
}

export function gap(): ApiError {
  return new ApiError('STREAM_GAP', 'What came after this check-in cannot be told any more.');
}
