import { authorizedFetch } from './session.js';
import { settings } from './settings.js';

/** @param document of the operation, parsed; undefined where there is none, as for what the editor asks itself */
export function isSubscription({ operationName }, document) {
  const operations = document?.definitions.filter(({ kind }) => kind === 'OperationDefinition') ?? [];
  const chosen = operationName ? operations.find(({ name }) => name?.value === operationName) : operations[0];
  return chosen?.operation === 'subscription';
}

/**
 * What the server tells, one answer after the other, until it ends or whoever iterates does. The client's own iterator: a
 * generator around it could not be ended while it waits.
 */
export async function subscribe(operation, headers) {
  // Written for pages without modules: it puts itself on the global object.
  await import(`${settings.graphqlSsePath}graphql-sse.min.js`);
  const client = globalThis.graphqlSse.createClient({
    url: settings.streamPath,
    headers,
    fetchFn: authorizedFetch,
    retryAttempts: 0,
  });
  return client.iterate(operation);
}
