import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';

/** RFC 3339's date-time (section 5.6): an offset is a must, the fraction is optional. */
const rfc3339 = /^(\d{4})-(\d{2})-(\d{2})T([01]\d|2[0-3]):(\d{2}):(\d{2})(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/i;

function parseDateTime(value: unknown): Date {
  const match = typeof value === 'string' ? rfc3339.exec(value) : null;
  const time = match ? new Date(match[0].toUpperCase()) : undefined;
  if (!match || !time || Number.isNaN(time.getTime()) || !isRealDay(match) || !isKeepable(time)) {
    throw new GraphQLError('DateTime must be an RFC 3339 time such as 2026-11-21T18:30:00Z.', {
      extensions: { code: 'BAD_USER_INPUT' },
    });
  }
  return time;
}

/** `Date` reads 30 February as 2 March. */
function isRealDay([, year, month, day]: RegExpExecArray): boolean {
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}

/** An offset may carry a moment over the ends of what an ISO date of four digits, and so the database, can say. */
function isKeepable(time: Date): boolean {
  return time.getUTCFullYear() >= 1 && time.getUTCFullYear() <= 9999;
}

export const dateTimeScalar = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  parseValue: parseDateTime,
  parseLiteral: (node) => parseDateTime(node.kind === Kind.STRING ? node.value : undefined),
  serialize: (value) => {
    if (value instanceof Date) return value.toISOString();
    throw new GraphQLError('DateTime serializes dates only.');
  },
});
