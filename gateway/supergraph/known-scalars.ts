import { dateTimeScalar } from '@tixgo/platform/graphql/date-time.ts';
import { type GraphQLScalarType, type GraphQLSchema, isScalarType } from 'graphql';

/** What subgraphs of ours take for these, the gateway takes as well. */
const known: readonly GraphQLScalarType[] = [dateTimeScalar];

/**
 * Lets the schema tell what does not fit our own scalars, so that clients hear of it before anybody is asked, as they do
 * of GraphQL's own. What fits stays as it is written.
 */
export function checkKnownScalars(schema: GraphQLSchema): void {
  for (const { name, parseValue, parseLiteral } of known) {
    const scalar = schema.getType(name);
    if (!isScalarType(scalar)) continue;
    const { parseLiteral: read } = scalar;
    scalar.parseValue = (value) => {
      parseValue(value);
      return value;
    };
    scalar.parseLiteral = (literal, variables) => {
      parseLiteral(literal, variables);
      return read(literal, variables);
    };
  }
}
