import type { ApolloServerPlugin } from '@apollo/server';
import { asPublicCode } from '@tixgo/platform/errors.ts';
import { publicError, type RaisedError } from '@tixgo/platform/graphql/public-errors.ts';
import type { Log } from '@tixgo/platform/logging.ts';
import type { GatewayContext } from './request-context.ts';

/** Lets through what the error catalogue knows, and hides the rest behind the request's id. */
export function maskingPlugin(log: Log): ApolloServerPlugin<GatewayContext> {
  return {
    requestDidStart: async () => ({
      willSendResponse: async ({ response, errors, contextValue }) => {
        if (response.body.kind !== 'single') return;
        const { singleResult } = response.body;
        const { explanation } = contextValue;
        if (explanation?.plan) singleResult.extensions = { ...singleResult.extensions, explanation };
        const raised = errors ?? singleResult.errors;
        if (!raised) return;
        singleResult.errors = raised.map((error) =>
          publicError(withProtocolCode(error), contextValue.requestId, log),
        );
      },
    }),
  };
}

/** Apollo Server tells some mistakes of a request, such as a hash that is not the document's, by an HTTP status alone. */
function withProtocolCode(error: RaisedError): RaisedError {
  const http: unknown = error.extensions?.http;
  const status: unknown = typeof http === 'object' && http !== null ? Reflect.get(http, 'status') : undefined;
  if (status !== 400 || asPublicCode(error.extensions?.code) !== undefined) return error;
  return { message: error.message, extensions: { code: 'BAD_REQUEST' } };
}
