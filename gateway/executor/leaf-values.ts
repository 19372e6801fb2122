import { type GraphQLEnumType, type GraphQLLeafType, isEnumType } from 'graphql';

/** Whether a value of a subgraph can stand in an answer as the API schema has its type. */
export type LeafCheck = (value: unknown) => boolean;

/** Of 32 bits with a sign. */
const leastInt = -(2 ** 31);
const mostInt = 2 ** 31 - 1;

const builtIn: Readonly<Record<string, LeafCheck>> = {
  String: (value) => typeof value === 'string',
  Boolean: (value) => typeof value === 'boolean',
  ID: (value) => typeof value === 'string' || Number.isInteger(value),
  Int: (value) => Number.isInteger(value) && Number(value) >= leastInt && Number(value) <= mostInt,
  Float: (value) => typeof value === 'number' && Number.isFinite(value),
};

const anything: LeafCheck = () => true;

export function leafCheck(type: GraphQLLeafType): LeafCheck {
  return isEnumType(type) ? oneOf(type) : (builtIn[type.name] ?? anything);
}

/** Values that only subgraphs see of one another are no values to a client. */
function oneOf(type: GraphQLEnumType): LeafCheck {
  const names = new Set<unknown>(type.getValues().map(({ name }) => name));
  return (value) => names.has(value);
}
