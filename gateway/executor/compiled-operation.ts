import { BoundedCache } from '@tixgo/platform/graphql/bounded-cache.ts';
import type { RaisedError } from '@tixgo/platform/graphql/public-errors.ts';
import type { ExactResult } from '@tixgo/platform/graphql/subgraph.ts';
import { WrittenResult } from '@tixgo/platform/subgraphs/written-result.ts';
import { type GraphQLError, print } from 'graphql';
import {
  conditionVariables,
  decided,
  hasConditions,
  withoutEmptySelections,
} from '../operation/conditions.ts';
import { fragmentsOf } from '../operation/fragments.ts';
import { type OperationDocument, operationOf } from '../operation/operation-document.ts';
import { withPlainRoot } from '../operation/plain-root.ts';
import type { QueryPlan, Supergraph } from '../supergraph/supergraph.ts';
import { takingExact } from './exact-answer.ts';
import { exactParts, wholeAnswer } from './exact-places.ts';
import type { Execution, ResponseObject, Send, Variables } from './execution.ts';
import { type Introspect, introspecting } from './introspection.ts';
import { planSteps } from './plan-steps.ts';
import { type ResponseShape, responseShape } from './response-shape.ts';
import { type ResponseText, responseText } from './response-text.ts';
import { selectedFields } from './selected-fields.ts';
import { type TypeConditions, typeConditions } from './type-conditions.ts';
import { defaultVariables } from './variables.ts';

export type OperationResult = ExactResult | ShapedResult;

interface ShapedResult {
  /** Absent where nothing was executed. */
  readonly data?: ResponseObject | null;
  readonly errors?: readonly (RaisedError | GraphQLError)[];
  readonly isExact?: never;
  readonly json?: never;
}

/** An operation that is planned and compiled; it holds nothing of any request. */
export interface CompiledOperation {
  /** @throws for an operation that cannot be planned */
  planFor(variables: Variables): QueryPlan;
  execute(variables: Variables, send: Send): Promise<OperationResult>;
}

export interface OperationToCompile {
  /** Valid against the API schema, as are the variables that it is executed with. */
  readonly document: OperationDocument;
  /** What the client calls a response name of the document. */
  readonly clientName: (responseName: string) => string;
}

/** An operation without conditions. */
interface DecidedOperation {
  readonly plan: QueryPlan;
  execute(variables: Variables, send: Send): Promise<OperationResult>;
}

/** What the data of subgraphs become. */
interface ResponseForms {
  readonly text: ResponseText;
  /** Where there is no text. */
  readonly shape: ResponseShape;
}

/**
 * Of the texts of operations whose conditions are decided, in characters: of one document there are as many as its
 * conditions can come out.
 */
const charactersKept = 1_000_000;
/** What is made of a short one is not less than that of so many characters. */
const leastCharacters = 1_000;

/** Plans and compiles operations over one supergraph. */
export class OperationCompiler {
  readonly #supergraph: Supergraph;
  readonly #isOfType: TypeConditions;
  readonly #isOfApiType: TypeConditions;
  readonly #decided = new BoundedCache<string, DecidedOperation & { readonly weight: number }>(
    charactersKept,
    ({ weight }) => weight,
  );
  #conditional = 0;

  constructor(supergraph: Supergraph) {
    this.#supergraph = supergraph;
    this.#isOfType = typeConditions(supergraph.fullSchema);
    this.#isOfApiType = typeConditions(supergraph.apiSchema);
  }

  /**
   * An operation with conditions is planned for each way that they come out, when it is first asked for so: the planner
   * does not keep what conditions mean (docs/decisions/022-conditions-are-decided-before-planning.md).
   * @throws for an operation that cannot be planned
   */
  compile(asked: OperationToCompile): CompiledOperation {
    const defaults = defaultVariables(this.#supergraph.apiSchema, operationOf(asked.document));
    const decidedFor = this.#deciding(asked);
    return {
      planFor: (given) => decidedFor({ ...defaults, ...given }).plan,
      execute: async (given, send) => {
        const variables = { ...defaults, ...given };
        return await decidedFor(variables).execute(variables, send);
      },
    };
  }

  #deciding({ document, clientName }: OperationToCompile): (variables: Variables) => DecidedOperation {
    const names = conditionVariables(document);
    if (names.length === 0) {
      const only = this.#decide(hasConditions(document) ? decided(document, {}) : document, clientName);
      return () => only;
    }
    this.#conditional += 1;
    const prefix = `${this.#conditional}:`;
    const weight = Math.max(print(document).length, leastCharacters);
    return (variables) => {
      // A missing one is true to nobody; null is refused before.
      const key = names.reduce((bits, name) => bits + (variables[name] === true ? '1' : '0'), prefix);
      let operation = this.#decided.get(key);
      if (!operation) {
        const values = Object.fromEntries(names.map((name) => [name, variables[name] === true]));
        operation = { ...this.#decide(decided(document, values), clientName), weight };
        this.#decided.set(key, operation);
      }
      return operation;
    };
  }

  /** @param document without conditions */
  #decide(document: OperationDocument, clientName: OperationToCompile['clientName']): DecidedOperation {
    const { apiSchema } = this.#supergraph;
    const operation = operationOf(document);
    const fragments = fragmentsOf(document);
    const isOfType = this.#isOfApiType;
    const rootType = apiSchema.getRootType(operation.operation);
    if (!rootType) throw new Error(`The schema has no ${operation.operation}.`);
    const plan = this.#supergraph.plan(withoutEmptySelections(withPlainRoot(document)));
    const selected = selectedFields({ fragments, isOfType }, rootType.name, [operation.selectionSet]);
    const asksForFields = [...selected.values()].some(([{ name }]) => !name.value.startsWith('__'));
    if (!plan.node && asksForFields) return { plan, execute: async () => leftOut };
    const introspect = introspecting(apiSchema, operation, fragments);
    const exact = exactParts(this.#supergraph, { plan, operation, fragments, clientName, isOfType });
    const run = planSteps(plan, { isOfType: this.#isOfType, exactParts: exact.ofFetch });
    const takeExact = exact.places.has(wholeAnswer) ? takingExact(run) : undefined;
    const { selectionSet } = operation;
    const settings = { schema: apiSchema, fragments, clientName, isOfType, rootType, selectionSet };
    const forms: ResponseForms = {
      shape: responseShape(settings),
      text: responseText({ ...settings, exactPlaces: exact.places }),
    };
    return {
      plan,
      execute: async (variables, send) => {
        const execution: Execution = { data: {}, errors: [], variables, send, unmerged: [] };
        const whole = await (takeExact ?? run)(execution);
        return whole ?? answerOf(execution, forms, introspect);
      },
    };
  }
}

const leftOut: OperationResult = {
  data: null,
  errors: [{ message: 'The plan has nothing for its fields.' }],
};

function answerOf(
  execution: Execution,
  { text, shape }: ResponseForms,
  introspect: Introspect,
): OperationResult {
  const written = execution.errors.length === 0 ? text(execution.data) : undefined;
  if (written !== undefined) return new WrittenResult(Buffer.from(`{"data":${written}}`, 'latin1'));
  for (const merge of execution.unmerged) merge();
  const { data, errors } = shape(execution.data, introspect(execution.variables));
  // Nulls where there may be none come from failed fetches, which are told, and from owners that do not know an
  // entity, which is no failure: what can be null around it is. Only an answer without data has to say why.
  const told = execution.errors.length === 0 && data === null ? errors : execution.errors;
  return told.length > 0 ? { data, errors: told } : { data };
}
