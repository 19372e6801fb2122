import type { GatewayInterface } from '@apollo/server-gateway-interface';
import { GraphQLError } from 'graphql';
import type { OperationResult } from '../executor/compiled-operation.ts';
import type { LoadedSupergraph } from '../supergraph/loaded-supergraph.ts';
import type { AskedOperations } from './document-plugin.ts';
import type { RunOperation } from './run-operation.ts';

export interface ApolloGatewaySettings {
  readonly supergraph: LoadedSupergraph;
  readonly asked: AskedOperations;
  readonly run: RunOperation;
}

/** Our executor as Apollo Server wants a gateway. */
export function apolloGateway({ supergraph, asked, run }: ApolloGatewaySettings): GatewayInterface {
  const { apiSchema, sdl } = supergraph;
  return {
    onSchemaLoadOrUpdate: (listener) => {
      listener({ apiSchema, coreSupergraphSdl: sdl });
      return () => {};
    },
    load: async () => ({
      executor: async ({ request, context }) => {
        const found = asked.get(context);
        if (!found) throw new Error('A request came to the executor without a prepared operation.');
        return asExecutionResult(await run(found, request.variables ?? {}, found.scope));
      },
    }),
    stop: async () => {},
  };
}

/** Apollo Server takes errors as objects of graphql-js. */
function asExecutionResult({ data, errors }: OperationResult) {
  return {
    ...(data !== undefined && { data }),
    ...(errors && { errors: errors.map(asGraphqlError) }),
  };
}

function asGraphqlError(error: NonNullable<OperationResult['errors']>[number]): GraphQLError {
  if (error instanceof GraphQLError) return error;
  const { message, path, extensions, originalError } = error;
  return new GraphQLError(message, {
    path: path ?? null,
    extensions: extensions ?? null,
    originalError: originalError instanceof Error ? originalError : null,
  });
}
