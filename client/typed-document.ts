/**
 * The text of one GraphQL operation that knows the type of its answer and of its variables. A plain string is one
 * that knows nothing of them; what GraphQL Code Generator makes in `documentMode: 'string'` fits too.
 */
export interface TypedDocument<Answer = unknown, Variables = Readonly<Record<string, unknown>>> {
  toString(): string;
  /** Never there: it carries the types. Named as codegen names it. */
  readonly __apiType?: (variables: Variables) => Answer;
}
