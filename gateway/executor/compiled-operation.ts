import { BoundedCache } from '@tixgo/platform/graphql/bounded-cache.ts';
import type { RaisedError } from '@tixgo/platform/graphql/public-errors.ts';
import type { ExactResult } from '@tixgo/platform/graphql/subgraph.ts';
import type { GraphQLError, OperationDefinitionNode } from 'graphql';
import { type Fragments, fragmentsOf } from '../document/fragments.ts';
import { type OperationDocument, operationOf } from '../document/operation-document.ts';
import type { QueryPlan, Supergraph } from '../supergraph/supergraph.ts';
import { asksForTheSame, takingExact } from './exact-answer.ts';
import type { Execution, ResponseObject, Send, Variables } from './execution.ts';
import { introspecting } from './introspection.ts';
import { planSteps } from './plan-steps.ts';
import { type ResponseShape, responseShape } from './response-shape.ts';
import { selectedFields } from './selected-fields.ts';
import { type TypeConditions, typeConditions } from './type-conditions.ts';
import { conditionVariables, defaultVariables } from './variables.ts';

export type OperationResult = ExactResult | ShapedResult;

interface ShapedResult {
  /** Absent where nothing was executed. */
  readonly data?: ResponseObject | null;
  readonly errors?: readonly (RaisedError | GraphQLError)[];
  readonly isExact?: never;
}

/** An operation that is planned and compiled; it holds nothing of any request. */
export interface CompiledOperation {
  readonly plan: QueryPlan;
  execute(variables: Variables, send: Send): Promise<OperationResult>;
}

export interface OperationToCompile {
  /** Valid against the API schema, as are the variables that it is executed with. */
  readonly document: OperationDocument;
  /** What the client calls a response name of the document. */
  readonly clientName: (responseName: string) => string;
}

/** Shapes of one operation: one for each way that its conditions come out. */
const shapesOfAnOperation = 16;

/** Plans and compiles operations over one supergraph. */
export class OperationCompiler {
  readonly #supergraph: Supergraph;
  readonly #isOfType: TypeConditions;
  readonly #isOfApiType: TypeConditions;

  constructor(supergraph: Supergraph) {
    this.#supergraph = supergraph;
    this.#isOfType = typeConditions(supergraph.fullSchema);
    this.#isOfApiType = typeConditions(supergraph.apiSchema);
  }

  /** @throws for an operation that cannot be planned */
  compile(asked: OperationToCompile): CompiledOperation {
    const { apiSchema } = this.#supergraph;
    const { document } = asked;
    const operation = operationOf(document);
    const fragments = fragmentsOf(document);
    const plan = this.#supergraph.plan(document);
    const run = planSteps(plan, this.#isOfType);
    const isLeftOut = plan.node ? undefined : this.#asksForFields(operation, fragments);
    const defaults = defaultVariables(apiSchema, operation);
    const introspect = introspecting(apiSchema, operation, fragments);
    const shapeFor = this.#shapes(asked, operation, fragments);
    const isOfType = this.#isOfApiType;
    const selections = { plan, operation, fragments, clientName: asked.clientName, isOfType };
    const takeExact = asksForTheSame(this.#supergraph, selections) ? takingExact(run) : undefined;
    return {
      plan,
      execute: async (given, send) => {
        const variables = { ...defaults, ...given };
        if (isLeftOut?.(variables))
          return { data: null, errors: [{ message: 'The plan has nothing for its fields.' }] };
        const execution: Execution = { data: {}, errors: [], variables, send };
        const exact = await (takeExact ?? run)(execution);
        if (exact) return exact;
        const { data, errors } = shapeFor(variables)(execution.data, introspect(variables));
        // Nulls where there may be none come from failed fetches, which are told, and from owners that do not know an
        // entity, which is no failure: what can be null around it is. Only an answer without data has to say why.
        const told = execution.errors.length === 0 && data === null ? errors : execution.errors;
        return told.length > 0 ? { data, errors: told } : { data };
      },
    };
  }

  /** Of an operation whose plan is empty: whether it asks for more than the schema itself. */
  #asksForFields(
    { operation, selectionSet }: OperationDefinitionNode,
    fragments: Fragments,
  ): (variables: Variables) => boolean {
    const typename = this.#supergraph.apiSchema.getRootType(operation)?.name ?? '';
    const isOfType = this.#isOfApiType;
    return (conditions) =>
      [...selectedFields({ fragments, conditions, isOfType }, typename, [selectionSet]).values()].some(
        ([{ name }]) => !name.value.startsWith('__'),
      );
  }

  #shapes(
    { clientName }: OperationToCompile,
    operation: OperationDefinitionNode,
    fragments: Fragments,
  ): (variables: Variables) => ResponseShape {
    const schema = this.#supergraph.apiSchema;
    const rootType = schema.getRootType(operation.operation);
    if (!rootType) throw new Error(`The schema has no ${operation.operation}.`);
    const names = conditionVariables(operation, fragments.values());
    const shapes = new BoundedCache<string, ResponseShape>(shapesOfAnOperation);
    const { selectionSet } = operation;
    return (variables) => {
      const key =
        names.length === 0 ? '' : names.map((name) => (variables[name] === true ? '1' : '0')).join('');
      let shape = shapes.get(key);
      if (!shape) {
        const conditions = Object.fromEntries(names.map((name) => [name, variables[name]]));
        const isOfType = this.#isOfApiType;
        shape = responseShape({
          schema,
          rootType,
          selectionSet,
          fragments,
          conditions,
          isOfType,
          clientName,
        });
        shapes.set(key, shape);
      }
      return shape;
    };
  }
}
