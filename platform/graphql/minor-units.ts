import { GraphQLError, GraphQLScalarType } from 'graphql';

/** Sums of money. GraphQL's Int ends at 2^31, which is some 21 million euros in cents, or 1,300 dollars in rupiah. */
export const minorUnitsScalar = new GraphQLScalarType<number, number>({
  name: 'MinorUnits',
  serialize: (value) => {
    if (typeof value === 'number' && Number.isSafeInteger(value)) return value;
    throw new GraphQLError('MinorUnits serializes whole numbers only.');
  },
});
