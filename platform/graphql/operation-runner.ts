import { type DocumentNode, type ExecutionResult, execute, type GraphQLSchema } from 'graphql';
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
    });
  let compiled: OperationRunner | undefined;
  return async (input) => {
    runs += 1;
    if (runs === runsBeforeCompiling) compiled = compile(schema, document, operationName);
    const result = await compiled?.(input);
    // Without data nothing has run: the variables do not fit, which graphql-js tells in detail. The compiler also takes
    // a required variable with a default for missing.
    return result && 'data' in result ? result : await interpret(input);
  };
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
