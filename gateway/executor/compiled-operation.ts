import { BoundedCache } from '@tixgo/platform/graphql/bounded-cache.ts';
import type { RaisedError } from '@tixgo/platform/graphql/public-errors.ts';
import type { ExactResult } from '@tixgo/platform/graphql/subgraph.ts';
import { WrittenResult } from '@tixgo/platform/subgraphs/written-result.ts';
import type { GraphQLError, OperationDefinitionNode } from 'graphql';
import { type Fragments, fragmentsOf } from '../document/fragments.ts';
import { type OperationDocument, operationOf } from '../document/operation-document.ts';
import type { QueryPlan, Supergraph } from '../supergraph/supergraph.ts';
import { takingExact } from './exact-answer.ts';
import { exactParts, wholeAnswer } from './exact-places.ts';
import type { Execution, ResponseObject, Send, Variables } from './execution.ts';
import { introspecting } from './introspection.ts';
import { planSteps } from './plan-steps.ts';
import { type ResponseShape, responseShape } from './response-shape.ts';
import { type ResponseText, responseText, type TextSettings } from './response-text.ts';
import { selectedFields } from './selected-fields.ts';
import { type TypeConditions, typeConditions } from './type-conditions.ts';
import { conditionVariables, defaultVariables } from './variables.ts';

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
  readonly plan: QueryPlan;
  execute(variables: Variables, send: Send): Promise<OperationResult>;
}

export interface OperationToCompile {
  /** Valid against the API schema, as are the variables that it is executed with. */
  readonly document: OperationDocument;
  /** What the client calls a response name of the document. */
  readonly clientName: (responseName: string) => string;
}

/** What the data of subgraphs become. */
interface ResponseForms {
  readonly text: ResponseText;
  /** Where there is no text. */
  readonly shape: ResponseShape;
}

interface DocumentToForm extends Pick<TextSettings, 'fragments' | 'clientName' | 'exactPlaces'> {
  readonly operation: OperationDefinitionNode;
}

/** Forms of one operation's answers: one for each way that its conditions come out. */
const formsOfAnOperation = 16;

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
    const isLeftOut = plan.node ? undefined : this.#asksForFields(operation, fragments);
    const defaults = defaultVariables(apiSchema, operation);
    const introspect = introspecting(apiSchema, operation, fragments);
    const isOfType = this.#isOfApiType;
    const { clientName } = asked;
    const { places, ofFetch } = exactParts(this.#supergraph, {
      plan,
      operation,
      fragments,
      clientName,
      isOfType,
    });
    const formsFor = this.#forms({ operation, fragments, clientName, exactPlaces: places });
    const run = planSteps(plan, { isOfType: this.#isOfType, exactParts: ofFetch });
    const takeExact = places.has(wholeAnswer) ? takingExact(run) : undefined;
    return {
      plan,
      execute: async (given, send) => {
        const variables = { ...defaults, ...given };
        if (isLeftOut?.(variables))
          return { data: null, errors: [{ message: 'The plan has nothing for its fields.' }] };
        const execution: Execution = { data: {}, errors: [], variables, send, unmerged: [] };
        const exact = await (takeExact ?? run)(execution);
        if (exact) return exact;
        const { text, shape } = formsFor(variables);
        const written = execution.errors.length === 0 ? text(execution.data) : undefined;
        if (written !== undefined) return new WrittenResult(Buffer.from(`{"data":${written}}`, 'latin1'));
        for (const merge of execution.unmerged) merge();
        const { data, errors } = shape(execution.data, introspect(variables));
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

  #forms({ operation, ...document }: DocumentToForm): (variables: Variables) => ResponseForms {
    const schema = this.#supergraph.apiSchema;
    const isOfType = this.#isOfApiType;
    const rootType = schema.getRootType(operation.operation);
    if (!rootType) throw new Error(`The schema has no ${operation.operation}.`);
    const names = conditionVariables(operation, document.fragments.values());
    const known = new BoundedCache<string, ResponseForms>(formsOfAnOperation);
    const { selectionSet } = operation;
    return (variables) => {
      const key =
        names.length === 0 ? '' : names.map((name) => (variables[name] === true ? '1' : '0')).join('');
      let forms = known.get(key);
      if (!forms) {
        const conditions = Object.fromEntries(names.map((name) => [name, variables[name] === true]));
        const settings = { ...document, schema, rootType, selectionSet, conditions, isOfType };
        forms = { shape: responseShape(settings), text: responseText(settings) };
        known.set(key, forms);
      }
      return forms;
    };
  }
}
