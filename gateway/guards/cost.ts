import {
  type FieldNode,
  type GraphQLCompositeType,
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
  type ValueNode,
} from 'graphql';
import type { Variables } from '../executor/execution.ts';
import type { Fragments } from './written-out.ts';

/** What a request may cost at most: fields of its answer, leaves not counted, with the sizes that it asks for. */
export type Cost = (variables: Variables) => number;

/** A list that takes no size has about so many items. */
const usualItems = 10;
/** A mutation locks, writes and tells. */
const costOfMutation = 10;
const sizes: ReadonlySet<string> = new Set(['first', 'last', 'limit']);

/**
 * Follows the demand control of Apollo's router (docs: "static cost" with @listSize): an object costs 1 and what is in
 * it, a list as many of its items as it may have. The size that a connection takes is that of the lists in it.
 */
export function operationCost(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Fragments,
): Cost {
  const root = schema.getRootType(operation.operation);
  if (!root) return () => 0;
  const own = operation.operation === 'mutation' ? costOfMutation : 0;
  const within = costOfSelections(schema, root, operation.selectionSet, fragments, undefined);
  return plus(constant(own), within);
}

function costOfSelections(
  schema: GraphQLSchema,
  type: GraphQLCompositeType,
  { selections }: SelectionSetNode,
  fragments: Fragments,
  /** What the connection around asks for. */
  size: Cost | undefined,
): Cost {
  let sum = constant(0);
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) sum = plus(sum, costOfField(schema, type, selection, fragments, size));
    else {
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      const condition = fragment?.typeCondition && schema.getType(fragment.typeCondition.name.value);
      const within = isCompositeType(condition) ? condition : type;
      if (fragment) sum = plus(sum, costOfSelections(schema, within, fragment.selectionSet, fragments, size));
    }
  }
  return sum;
}

function costOfField(
  schema: GraphQLSchema,
  parent: GraphQLCompositeType,
  field: FieldNode,
  fragments: Fragments,
  size: Cost | undefined,
): Cost {
  const definition =
    isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[field.name.value] : undefined;
  const type = definition && getNamedType(definition.type);
  if (!type || !isCompositeType(type) || !field.selectionSet) return constant(0);
  const asked = sizeOf(field);
  const isList = isListType(getNullableType(definition.type));
  const within = costOfSelections(schema, type, field.selectionSet, fragments, isList ? undefined : asked);
  const one = plus(constant(1), within);
  return isList ? times(asked ?? size ?? constant(usualItems), one) : one;
}

function sizeOf({ arguments: given }: FieldNode): Cost | undefined {
  const size = given?.find(({ name }) => sizes.has(name.value));
  return size && costOfValue(size.value);
}

function costOfValue(value: ValueNode): Cost | undefined {
  if (value.kind === Kind.INT) return constant(Math.max(0, Number(value.value)));
  if (value.kind !== Kind.VARIABLE) return undefined;
  const name = value.name.value;
  return (variables) => {
    const size = variables[name];
    return typeof size === 'number' && size >= 0 ? size : usualItems;
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
