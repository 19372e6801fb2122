import { isAbsent, isObject } from '@tixgo/platform/json-values.ts';
import { GraphQLError } from 'graphql';
import type { TrustedDocuments } from '../document/trusted-documents.ts';
import type { Variables } from '../executor/execution.ts';
import { badRequest } from './stream-errors.ts';

export interface StreamRequest {
  readonly query: string;
  readonly variables: Variables;
  readonly operationName: string | undefined;
}

/** Reads a body as GraphQL over HTTP has it. @throws BAD_REQUEST, PERSISTED_QUERY_NOT_FOUND */
export async function readStreamRequest(body: unknown, trusted: TrustedDocuments): Promise<StreamRequest> {
  if (!isObject(body)) throw badRequest('Send one JSON object.');
  const { query, variables, operationName, extensions } = body;
  if (!isAbsent(variables) && !isObject(variables)) throw badRequest('variables must be an object.');
  if (!isAbsent(operationName) && typeof operationName !== 'string')
    throw badRequest('operationName must be a string.');
  return {
    query: typeof query === 'string' ? query : await knownByHash(extensions, trusted),
    variables: variables ?? {},
    operationName: operationName || undefined,
  };
}

async function knownByHash(extensions: unknown, { store }: TrustedDocuments): Promise<string> {
  const persisted = isObject(extensions) ? extensions.persistedQuery : undefined;
  const hash = isObject(persisted) ? persisted.sha256Hash : undefined;
  if (typeof hash !== 'string') throw badRequest('The subscription is missing: send it as query.');
  const query = await store.get(hash);
  if (query !== undefined) return query;
  const extension = { code: 'PERSISTED_QUERY_NOT_FOUND' };
  throw new GraphQLError('PersistedQueryNotFound', { extensions: extension });
}
