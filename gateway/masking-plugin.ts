import type { ApolloServerPlugin } from '@apollo/server';
import { publicError } from '@tixgo/platform/graphql/public-errors.ts';
import type { Log } from '@tixgo/platform/logging.ts';
import type { GatewayContext } from './request-context.ts';

/** Lets through what the error catalogue knows, and hides the rest behind the request's id. */
export function maskingPlugin(log: Log): ApolloServerPlugin<GatewayContext> {
  return {
    requestDidStart: async () => ({
      willSendResponse: async ({ response, errors, contextValue }) => {
        if (response.body.kind !== 'single') return;
        const { singleResult } = response.body;
        // @apollo/gateway tells here, in words of its own, which nulls went up how far.
        delete singleResult.extensions?.valueCompletion;
        const raised = errors ?? singleResult.errors;
        if (!raised) return;
        singleResult.errors = raised.map((error) => publicError(error, contextValue.requestId, log));
      },
    }),
  };
}
