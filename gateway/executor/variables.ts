import {
  type GraphQLError,
  type GraphQLInputType,
  type GraphQLSchema,
  getVariableValues,
  isEnumType,
  isListType,
  isNonNullType,
  isScalarType,
  Kind,
  type OperationDefinitionNode,
  typeFromAST,
  type VariableDefinitionNode,
  valueFromAST,
  visit,
} from 'graphql';
import type { Variables } from './execution.ts';
import { leafCheck } from './leaf-values.ts';

export type VariableCheck = (variables: Variables) => readonly GraphQLError[];

/**
 * Finds what graphql-js finds wrong with variables. The usual kinds are looked at by functions that are made once; what
 * these do not know for right is left to graphql-js, whose words clients get.
 */
export function variableCheck(schema: GraphQLSchema, operation: OperationDefinitionNode): VariableCheck {
  const definitions = operation.variableDefinitions ?? [];
  const checks = definitions.map((definition) => surely(schema, definition));
  return (variables) => {
    if (checks.every((isRight) => isRight(variables))) return [];
    return getVariableValues(schema, definitions, variables).errors ?? [];
  };
}

type IsRight = (value: unknown) => boolean;

/** False means: not known. */
function surely(
  schema: GraphQLSchema,
  { variable, type, defaultValue }: VariableDefinitionNode,
): (variables: Variables) => boolean {
  const name = variable.name.value;
  const input = typeFromAST(schema, type) as GraphQLInputType | undefined;
  const isRight = input ? surelyOf(input) : () => false;
  const mayBeMissing = type.kind !== Kind.NON_NULL_TYPE || defaultValue !== undefined;
  return (variables) => {
    const value = variables[name];
    return value === undefined ? mayBeMissing : isRight(value);
  };
}

function surelyOf(type: GraphQLInputType): IsRight {
  if (isNonNullType(type)) {
    const isRight = surelyOf(type.ofType);
    return (value) => value !== null && isRight(value);
  }
  if (isListType(type)) {
    const isRight = surelyOf(type.ofType);
    return (value) => value === null || (Array.isArray(value) && value.every(isRight));
  }
  if (isScalarType(type) || isEnumType(type)) {
    const isRight = leafCheck(type);
    return (value) => value === null || isRight(value);
  }
  return () => false;
}

/** The variables that @skip and @include ask, in the order of their names. */
export function conditionVariables(operation: OperationDefinitionNode, others: Iterable<object>): string[] {
  const names = new Set<string>();
  for (const node of [operation, ...others]) {
    visit(node as OperationDefinitionNode, {
      Directive: ({ name, arguments: given }) => {
        if (name.value !== 'skip' && name.value !== 'include') return;
        for (const { value } of given ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
      },
    });
  }
  return [...names].sort();
}

/** What variables of an operation have where a request gives none. */
export function defaultVariables(schema: GraphQLSchema, operation: OperationDefinitionNode): Variables {
  const defaults: Record<string, unknown> = {};
  for (const { variable, type, defaultValue } of operation.variableDefinitions ?? []) {
    if (!defaultValue) continue;
    const input = typeFromAST(schema, type) as GraphQLInputType | undefined;
    if (input) defaults[variable.name.value] = valueFromAST(defaultValue, input);
  }
  return defaults;
}
