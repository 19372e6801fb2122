import {
  type ASTNode,
  BREAK,
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLFieldResolver,
  type GraphQLInputObjectType,
  type GraphQLSchema,
  type GraphQLType,
  getNamedType,
  isInputObjectType,
  Kind,
  OperationTypeNode,
  typeFromAST,
  type ValueNode,
  visit,
} from 'graphql';
import { compileQuery, isCompiledQuery } from 'graphql-jit';

export interface OperationInput {
  readonly contextValue: unknown;
  readonly variables: { readonly [name: string]: unknown } | undefined;
}

export type OperationRunner = (input: OperationInput) => Promise<ExecutionResult>;

/** Compiling takes some milliseconds, as long as a few hundred interpreted runs gain; what is asked less does not pay. */
const runsBeforeCompiling = 20;

/**
 * Runs one operation of a validated document: interpreted at first, compiled by graphql-jit once it is asked often.
 * Both are the same execution of the specification; the compiled one does not walk the document again.
 */
export function operationRunner(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
): OperationRunner {
  let runs = 0;
  const interpret: OperationRunner = async ({ contextValue, variables }) =>
    await execute({
      schema,
      document,
      contextValue,
      variableValues: variables ?? null,
      operationName: operationName ?? null,
      fieldResolver: plainValue,
    });
  let compiled: OperationRunner | undefined;
  return async (input) => {
    runs += 1;
    if (runs === runsBeforeCompiling && isToCompile(schema, document))
      compiled = compile(schema, document, operationName);
    const result = await compiled?.(input);
    // Without data nothing has run: the variables do not fit, which graphql-js tells in detail. The compiler also takes
    // a required variable with a default for missing.
    return result && 'data' in result ? result : await interpret(input);
  };
}

/**
 * Of a field without a resolver. graphql-js would call a function and wait for a promise, which the compiler takes for
 * the value itself: neither is one, from the first time on.
 */
const plainValue: GraphQLFieldResolver<unknown, unknown> = (source, _given, _context, info) => {
  const value: unknown = Reflect.get(Object(source), info.fieldName);
  if (typeof value === 'function' || value instanceof Promise)
    throw new Error(`${info.parentType.name}.${info.fieldName} is no value: it needs a resolver.`);
  return value;
};

/** What the compiler is not known to do as the interpreter does is interpreted, and so is all that changes something. */
function isToCompile(schema: GraphQLSchema, document: DocumentNode): boolean {
  return !(
    changesSomething(document) ||
    hasDirectives(document) ||
    hasVariablesWithin(document) ||
    takesEndlessInput(schema, document)
  );
}

/** A wrong answer may be asked again; what a mutation wrote wrongly stays. */
function changesSomething({ definitions }: DocumentNode): boolean {
  return definitions.some(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION && definition.operation !== OperationTypeNode.QUERY,
  );
}

/**
 * The compiler takes the condition of one place of a fragment for all places of it, and drops fields that others ask for;
 * fields under conditions come in another order.
 */
const hasDirectives = (document: DocumentNode) => contains(document, Kind.DIRECTIVE);

/**
 * Whether a variable stands within a literal list or input object. Where none is given, the compiler puts null in its place:
 * a field that is to stay as it is would be taken away, and one with a default would lose it.
 */
function hasVariablesWithin(document: DocumentNode): boolean {
  let isFound = false;
  const find = (literal: ValueNode) => {
    isFound ||= contains(literal, Kind.VARIABLE);
    return false;
  };
  visit(document, { ListValue: find, ObjectValue: find });
  return isFound;
}

function contains(node: ASTNode, kind: Kind): boolean {
  let isFound = false;
  visit(node, {
    enter: (one) => {
      isFound ||= one.kind === kind;
      return isFound ? BREAK : undefined;
    },
  });
  return isFound;
}

/** Whether a variable is of an input type that may have itself within it: the compiler would not come to an end. */
function takesEndlessInput(schema: GraphQLSchema, { definitions }: DocumentNode): boolean {
  return definitions.some(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION &&
      definition.variableDefinitions?.some(({ type }) => isEndless(typeFromAST(schema, type))),
  );
}

function isEndless(
  input: GraphQLType | undefined,
  around: ReadonlySet<GraphQLInputObjectType> = new Set(),
): boolean {
  const type = getNamedType(input);
  if (!isInputObjectType(type)) return false;
  if (around.has(type)) return true;
  const aroundField = new Set(around).add(type);
  return Object.values(type.getFields()).some((field) => isEndless(field.type, aroundField));
}

/** Undefined for what the compiler cannot take. */
function compile(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
): OperationRunner | undefined {
  const query = compileQuery(schema, document, operationName);
  if (!isCompiledQuery(query)) return undefined;
  return async ({ contextValue, variables }) => await query.query(undefined, contextValue, variables ?? {});
}
