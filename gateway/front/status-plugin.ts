import type { ApolloServerPlugin } from '@apollo/server';
import type { RaisedError } from '@tixgo/platform/graphql/public-errors.ts';
import type { GatewayContext } from './request-context.ts';

/** What a well-formed request may get wrong. */
const ofTheDocument: ReadonlySet<unknown> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
]);

const ofTheStatus = 'application/graphql-response+json';

/**
 * GraphQL over HTTP: an answer to a well-formed request is 200 when it is application/json, which proxies of old send as
 * well, and tells by its status what went wrong only when it is application/graphql-response+json.
 */
export const statusPlugin: ApolloServerPlugin<GatewayContext> = {
  requestDidStart: async () => ({
    willSendResponse: async ({ request, response, errors }) => {
      const accept = request.http?.headers.get('accept') ?? '';
      if (response.http.status !== 400 || accept.includes(ofTheStatus)) return;
      const codes = (errors ?? []).map(({ extensions }: RaisedError) => extensions?.code);
      if (codes.length > 0 && codes.every((code) => ofTheDocument.has(code))) response.http.status = 200;
    },
  }),
};
