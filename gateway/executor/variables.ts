import { isObject } from '@tixgo/platform/json-values.ts';
import {
  GraphQLError,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLScalarType,
  type GraphQLSchema,
  getVariableValues,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  isScalarType,
  isSpecifiedScalarType,
  Kind,
  type OperationDefinitionNode,
  typeFromAST,
  type VariableDefinitionNode,
  valueFromAST,
} from 'graphql';
import { conditionVariables } from '../operation/conditions.ts';
import { type OperationDocument, operationOf } from '../operation/operation-document.ts';
import type { Variables } from './execution.ts';
import { leafCheck } from './leaf-values.ts';

export type VariableCheck = (variables: Variables) => readonly GraphQLError[];

/**
 * Finds what graphql-js finds wrong with variables. The usual kinds are looked at by functions that are made once; what
 * these do not know for right is left to graphql-js, whose words clients get.
 */
export function variableCheck(schema: GraphQLSchema, document: OperationDocument): VariableCheck {
  const definitions = operationOf(document).variableDefinitions ?? [];
  const checks = definitions.map((definition) => surely(schema, definition));
  const conditions = conditionVariables(document);
  return (variables) => {
    const isRight = checks.every((check) => check(variables));
    const errors = isRight ? [] : (getVariableValues(schema, definitions, variables).errors ?? []);
    if (errors.length > 0) return errors;
    return conditions.filter((name) => variables[name] === null).map(noCondition);
  };
}

/** A variable with a default may be given null, also where it stands for a value that may not be (GraphQL, 5.8.5). */
const noCondition = (name: string) =>
  new GraphQLError(`Variable "$${name}" of a condition must not be null.`, {
    extensions: { code: 'BAD_USER_INPUT' },
  });

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
  if (isInputObjectType(type)) return surelyOfObject(type);
  const isRight = isScalarType(type) && !isSpecifiedScalarType(type) ? scalarCheck(type) : leafCheck(type);
  return (value) => value === null || isRight(value);
}

function scalarCheck(type: GraphQLScalarType): IsRight {
  return (value) => {
    try {
      return type.parseValue(value) !== undefined;
    } catch {
      return false;
    }
  };
}

function surelyOfObject(type: GraphQLInputObjectType): IsRight {
  if (type.isOneOf) return () => false;
  // When it is first asked: a type may have itself in it.
  let fields: ReadonlyMap<string, InputField> | undefined;
  return (value) => {
    if (value === null) return true;
    if (!isObject(value)) return false;
    fields ??= new Map(Object.values(type.getFields()).map((field) => [field.name, inputField(field)]));
    for (const name of Object.keys(value)) if (!fields.has(name)) return false;
    for (const [name, { mayBeMissing, isRight }] of fields) {
      const given = Object.hasOwn(value, name) ? value[name] : undefined;
      if (given === undefined ? !mayBeMissing : !isRight(given)) return false;
    }
    return true;
  };
}

interface InputField {
  readonly mayBeMissing: boolean;
  readonly isRight: IsRight;
}

const inputField = (field: GraphQLInputField): InputField => ({
  mayBeMissing: !isRequiredInputField(field),
  isRight: surelyOf(field.type),
});

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
