import {
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Variables } from '../executor/execution.ts';
import type { Fragments } from '../operation/fragments.ts';

/** What a request may cost at most: fields of its answer, leaves not counted, with the sizes that it asks for. */
export type Cost = (variables: Variables) => number;

/** A list that takes no size has about so many items. */
const usualItems = 10;
/** A mutation locks, writes and tells. */
const costOfMutation = 10;
const sizes: ReadonlySet<string> = new Set(['first', 'last', 'limit']);

/** What every field of one operation is reckoned with. */
interface Reckoning {
  readonly schema: GraphQLSchema;
  readonly fragments: Fragments;
  /** Of the operation's variables. */
  readonly defaults: ReadonlyMap<string, number>;
}

/**
 * Follows the demand control of Apollo's router (docs: "static cost" with @listSize): an object costs 1 and what is in
 * it, a list as many of its items as it may have. The size that a connection takes is that of the lists in it; where none
 * is given it is the default's.
 */
export function operationCost(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Fragments,
): Cost {
  const root = schema.getRootType(operation.operation);
  if (!root) return () => 0;
  const own = operation.operation === 'mutation' ? costOfMutation : 0;
  const reckoning = { schema, fragments, defaults: defaultSizes(operation) };
  return plus(constant(own), costOfSelections(reckoning, root, operation.selectionSet, undefined));
}

function defaultSizes({ variableDefinitions = [] }: OperationDefinitionNode): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const { variable, defaultValue } of variableDefinitions) {
    if (defaultValue?.kind === Kind.INT) sizes.set(variable.name.value, Number(defaultValue.value));
  }
  return sizes;
}

function costOfSelections(
  reckoning: Reckoning,
  type: GraphQLCompositeType,
  { selections }: SelectionSetNode,
  /** What the connection around asks for. */
  size: Cost | undefined,
): Cost {
  const { schema, fragments } = reckoning;
  let sum = constant(0);
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) sum = plus(sum, costOfField(reckoning, type, selection, size));
    else {
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      const condition = fragment?.typeCondition && schema.getType(fragment.typeCondition.name.value);
      const within = isCompositeType(condition) ? condition : type;
      if (fragment) sum = plus(sum, costOfSelections(reckoning, within, fragment.selectionSet, size));
    }
  }
  return sum;
}

function costOfField(
  reckoning: Reckoning,
  parent: GraphQLCompositeType,
  field: FieldNode,
  size: Cost | undefined,
): Cost {
  const definition =
    isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[field.name.value] : undefined;
  const type = definition && getNamedType(definition.type);
  if (!type || !isCompositeType(type) || !field.selectionSet) return constant(0);
  const asked = sizeOf(field, definition, reckoning);
  const isList = isListType(getNullableType(definition.type));
  const within = costOfSelections(reckoning, type, field.selectionSet, isList ? undefined : asked);
  const one = plus(constant(1), within);
  return isList ? times(asked ?? size ?? constant(usualItems), one) : one;
}

/** Undefined for a field that takes no size. */
function sizeOf(
  { arguments: given }: FieldNode,
  { args }: GraphQLField<unknown, unknown>,
  { defaults }: Reckoning,
): Cost | undefined {
  const argument = args.find(({ name }) => sizes.has(name));
  if (!argument) return undefined;
  const usual = typeof argument.defaultValue === 'number' ? argument.defaultValue : usualItems;
  const value = given?.find(({ name }) => name.value === argument.name)?.value;
  if (value?.kind === Kind.INT) return constant(Math.max(0, Number(value.value)));
  if (value?.kind !== Kind.VARIABLE) return constant(usual);
  const name = value.name.value;
  const byDefault = defaults.get(name) ?? usual;
  return (variables) => {
    const size = variables[name];
    return typeof size === 'number' ? Math.max(0, size) : byDefault;
  };
}

/** Constants are reckoned once. */
const constants = new WeakMap<Cost, number>();

function constant(value: number): Cost {
  const cost = () => value;
  constants.set(cost, value);
  return cost;
}

const plus = (left: Cost, right: Cost): Cost => combined(left, right, (one, other) => one + other);
const times = (left: Cost, right: Cost): Cost => combined(left, right, (one, other) => one * other);

function combined(left: Cost, right: Cost, combine: (left: number, right: number) => number): Cost {
  const one = constants.get(left);
  const other = constants.get(right);
  if (one !== undefined && other !== undefined) return constant(combine(one, other));
  return (variables) => combine(left(variables), right(variables));
}
