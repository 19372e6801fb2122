import type { ExactResult } from '@tixgo/platform/graphql/subgraph.ts';
import {
  type GraphQLCompositeType,
  getNamedType,
  isCompositeType,
  isEnumType,
  isObjectType,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
} from 'graphql';
import { type Fragments, fragmentsOf } from '../document/fragments.ts';
import { operationDocument, operationOf } from '../document/operation-document.ts';
import type { FetchNode, QueryPlan, Supergraph } from '../supergraph/supergraph.ts';
import type { Execution, Send, Step } from './execution.ts';
import { type FieldGroup, type Selecting, selectedFields } from './selected-fields.ts';
import type { TypeConditions } from './type-conditions.ts';
import { conditionVariables } from './variables.ts';

export interface AskedSelections {
  readonly plan: QueryPlan;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Fragments;
  readonly clientName: (responseName: string) => string;
  readonly isOfType: TypeConditions;
}

/**
 * Whether a plan asks one subgraph for what its client asks for, field by field in the same order, so that the answer needs
 * no other form. It is told for object types alone, and where no condition decides what is in the answer.
 */
export function asksForTheSame(supergraph: Supergraph, asked: AskedSelections): boolean {
  const { plan, operation, fragments, isOfType } = asked;
  if (plan.node?.kind !== 'Fetch' || !isPlainRootFetch(plan.node)) return false;
  if (conditionVariables(operation, fragments.values()).length > 0) return false;
  const rootType = supergraph.apiSchema.getRootType(operation.operation);
  const document = operationDocument(parse(plan.node.operation, { noLocation: true }), undefined);
  if (!rootType || !document) return false;
  return new Comparison(supergraph, asked.clientName, {
    asked: { fragments, conditions: {}, isOfType },
    fetched: { fragments: fragmentsOf(document), conditions: {}, isOfType },
  }).isSame(rootType, [operation.selectionSet], [operationOf(document).selectionSet]);
}

const isPlainRootFetch = ({ requires, inputRewrites, outputRewrites }: FetchNode) =>
  [requires, inputRewrites, outputRewrites].every((changes) => !changes?.length);

class Comparison {
  readonly #supergraph: Supergraph;
  readonly #clientName: (responseName: string) => string;
  readonly #selecting: { readonly asked: Selecting; readonly fetched: Selecting };

  constructor(
    supergraph: Supergraph,
    clientName: (responseName: string) => string,
    selecting: { readonly asked: Selecting; readonly fetched: Selecting },
  ) {
    this.#supergraph = supergraph;
    this.#clientName = clientName;
    this.#selecting = selecting;
  }

  isSame(
    type: GraphQLCompositeType,
    asked: readonly SelectionSetNode[],
    fetched: readonly SelectionSetNode[],
  ): boolean {
    if (!isObjectType(type)) return false;
    const askedFields = [...selectedFields(this.#selecting.asked, type.name, asked)];
    const fetchedFields = [...selectedFields(this.#selecting.fetched, type.name, fetched)];
    if (askedFields.length !== fetchedFields.length) return false;
    return askedFields.every(([name, group], place) => {
      const [fetchedName, fetchedGroup] = fetchedFields[place] ?? [];
      if (fetchedGroup === undefined || fetchedName !== name || this.#clientName(name) !== name) return false;
      return this.#isSameField(type, group, fetchedGroup);
    });
  }

  #isSameField(parent: GraphQLCompositeType, asked: FieldGroup, fetched: FieldGroup): boolean {
    const name = asked[0].name.value;
    if (fetched[0].name.value !== name) return false;
    const definition = isObjectType(parent) ? parent.getFields()[name] : undefined;
    // The schema's own fields: a subgraph may have other names for the types at the root.
    if (!definition) return false;
    const type = getNamedType(definition.type);
    if (isCompositeType(type)) return this.isSame(type, setsOf(asked), setsOf(fetched));
    return !isEnumType(type) || !this.#hidesValues(type.name, type.getValues().length);
  }

  #hidesValues(name: string, shown: number): boolean {
    const full = this.#supergraph.fullSchema.getType(name);
    return !isEnumType(full) || full.getValues().length !== shown;
  }
}

const setsOf = (group: FieldGroup) => group.flatMap(({ selectionSet }) => selectionSet ?? []);

/** The answer to the one fetch of a plan where it is exact; any other is left to the step, as is what fails. */
export type TakeExact = (execution: Execution) => Promise<ExactResult | undefined>;

export function takingExact(run: Step): TakeExact {
  return async (execution) => {
    let exact: ExactResult | undefined;
    const send: Send = async (operation, variables) => {
      const result = await execution.send(operation, variables);
      if (!result.isExact) return result;
      exact = result;
      return {};
    };
    await run({ ...execution, send });
    return exact;
  };
}
