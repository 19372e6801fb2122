import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { readRfc3339 } from '../rfc3339.ts';
import { isoText } from './iso-text.ts';

/** @param node where it stands in a document */
function parseDateTime(value: unknown, node?: ValueNode): Date {
  const time = typeof value === 'string' ? readRfc3339(value) : undefined;
  if (!time) {
    throw new GraphQLError('DateTime must be an RFC 3339 time such as 2026-11-21T18:30:00Z.', {
      ...(node && { nodes: node }),
      extensions: { code: 'BAD_USER_INPUT' },
    });
  }
  return time;
}

export const dateTimeScalar = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  parseValue: (value) => parseDateTime(value),
  parseLiteral: (node) => parseDateTime(node.kind === Kind.STRING ? node.value : undefined, node),
  serialize: (value) => {
    if (value instanceof Date) return isoText(value);
    throw new GraphQLError('DateTime serializes dates only.');
  },
});
