/** The text of one GraphQL operation that knows the type of its answer and of its variables; codegen makes them. */
export interface TypedDocument<Answer, Variables> {
  toString(): string;
  /** Never there: it carries the types. */
  readonly __apiType?: (variables: Variables) => Answer;
}
