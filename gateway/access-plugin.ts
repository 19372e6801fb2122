import type { ApolloServerPlugin } from '@apollo/server';
import {
  assertMayRun,
  type DocumentRequirements,
  documentRequirements,
  requirementsOf,
} from '@tixgo/platform/access/requirements.ts';
import type { AccessRules } from '@tixgo/platform/access/rules.ts';
import { type DocumentNode, GraphQLError } from 'graphql';
import type { GatewayContext } from './request-context.ts';

/**
 * Refuses a whole document before it is planned, when its caller may not reach one of its coordinates. What a document
 * takes is found once and kept with it; Apollo Server hands out the same node for the same text.
 */
export function accessPlugin(rules: AccessRules): ApolloServerPlugin<GatewayContext> {
  const known = new WeakMap<DocumentNode, DocumentRequirements>();
  return {
    requestDidStart: async () => ({
      didResolveOperation: async ({ document, schema, operation, contextValue }) => {
        if (contextValue.refusal) throw refused(contextValue.refusal);
        if (!operation || !schema.getRootType(operation.operation)) throw unresolved();
        let requirements = known.get(document);
        if (!requirements) {
          requirements = documentRequirements(schema, rules, document);
          known.set(document, requirements);
        }
        try {
          assertMayRun(contextValue.viewer, requirementsOf(requirements, operation.name?.value));
        } catch (error) {
          throw refused(error);
        }
      },
    }),
  };
}

/** GraphQL over HTTP: a well-formed answer to application/json is 200, whatever it says. */
function refused(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const extensions = { ...Reflect.get(error, 'extensions'), http: { status: 200 } };
  return new GraphQLError(error.message, { extensions, originalError: error });
}

function unresolved(): GraphQLError {
  const extensions = { code: 'OPERATION_RESOLUTION_FAILURE', http: { status: 200 } };
  return new GraphQLError('Name one of the document’s operations; it must be a query or a mutation.', {
    extensions,
  });
}
