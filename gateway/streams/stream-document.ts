import {
  type DocumentRequirements,
  documentRequirements,
  type Requirement,
  requirementsOf,
} from '@tixgo/platform/access/requirements.ts';
import {
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  getArgumentValues,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  print,
  type SelectionNode,
  specifiedRules,
  validate,
  visit,
} from 'graphql';
import { finiteNumbers } from '../document/finite-numbers.ts';
import type { Variables } from '../executor/execution.ts';
import { variableCheck } from '../executor/variables.ts';
import { hasConditionalSubscription, noRootCondition } from '../operation/conditions.ts';
import { responseName } from '../operation/field-names.ts';
import { type OperationDocument, operationDocument, operationOf } from '../operation/operation-document.ts';
import { withPlainRoot } from '../operation/plain-root.ts';
import type { LoadedSupergraph } from '../supergraph/loaded-supergraph.ts';
import { documentError, notASubscription, unresolved } from './stream-errors.ts';
import { findStreamField, type StreamField } from './stream-fields.ts';

/** What a subscription is about: arguments of its field. */
export interface StreamArguments {
  readonly eventId: string;
  readonly after: string | null;
}

/** The query that answers one event of a subscription. */
export interface EventQuery {
  readonly text: string;
  readonly document: DocumentNode;
  readonly operationName: string | undefined;
  /** The variable that an event's key goes into. */
  readonly keyVariable: string;
  /** Those of the subscription's own that it uses. */
  readonly variables: readonly string[];
}

/** A subscription that fits the schema, with all that is known of it before anybody subscribes. */
export interface StreamDocument {
  readonly field: StreamField;
  readonly responseName: string;
  readonly source: string;
  readonly requirements: readonly Requirement[];
  readonly query: EventQuery;
  /** @throws when a variable does not fit */
  readonly argumentsOf: (variables: Variables) => StreamArguments;
}

export interface StreamDocumentSettings {
  readonly supergraph: Pick<LoadedSupergraph, 'apiSchema' | 'rules'>;
  /** Whether a mistake is answered with what its author may have meant. */
  readonly suggests: boolean;
}

/** @throws for what is no document, does not fit the schema, or has no such subscription */
export function prepareStream(
  { supergraph: { apiSchema, rules }, suggests }: StreamDocumentSettings,
  source: string,
  operationName: string | undefined,
): StreamDocument {
  const document = validDocument(apiSchema, source, suggests);
  const asked = operationDocument(document, operationName);
  if (!asked) throw unresolved();
  const operation = operationOf(asked);
  if (operation.operation !== OperationTypeNode.SUBSCRIPTION) throw notASubscription();
  const plain = withPlainRoot(asked);
  const root = rootField(operationOf(plain).selectionSet.selections);
  const field = findStreamField(root.name.value);
  if (!field) throw new Error(`Nobody tells the events of Subscription.${root.name.value}.`);
  const requirements: DocumentRequirements = documentRequirements(apiSchema, rules, document);
  return {
    field,
    responseName: responseName(root),
    source,
    requirements: requirementsOf(requirements, operation.name?.value),
    query: eventQuery(plain, field),
    argumentsOf: argumentsReader(apiSchema, asked, root),
  };
}

function validDocument(schema: GraphQLSchema, source: string, suggests: boolean): DocumentNode {
  let document: DocumentNode;
  try {
    document = parse(source);
  } catch (error) {
    throw documentError(error, 'GRAPHQL_PARSE_FAILED');
  }
  if (hasConditionalSubscription(document)) throw noRootCondition();
  const settings = { maxErrors: 1, hideSuggestions: !suggests };
  const [invalid] = validate(schema, document, [...specifiedRules, finiteNumbers], settings);
  if (invalid) throw documentError(invalid, 'GRAPHQL_VALIDATION_FAILED');
  return document;
}

/** GraphQL's rules leave one root field, perhaps written several times. */
function rootField(selections: readonly SelectionNode[]): FieldNode {
  const [root] = selections;
  if (root?.kind !== Kind.FIELD) throw new Error('The fields of a subscription were left in fragments.');
  return root;
}

function eventQuery(subscription: OperationDocument, { query, key }: StreamField): EventQuery {
  const keyVariable = freeName(subscription);
  const argument: ArgumentNode = {
    kind: Kind.ARGUMENT,
    name: { kind: Kind.NAME, value: key },
    value: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: keyVariable } },
  };
  const asQuery = (selection: SelectionNode): SelectionNode =>
    selection.kind === Kind.FIELD
      ? {
          ...selection,
          alias: { kind: Kind.NAME, value: responseName(selection) },
          name: { kind: Kind.NAME, value: query },
          arguments: [argument],
        }
      : selection;
  const operation = operationOf(subscription);
  const selections = operation.selectionSet.selections.map(asQuery);
  const others = subscription.definitions.filter((definition) => definition !== operation);
  const own = { ...operation, selectionSet: { ...operation.selectionSet, selections } };
  const used = variablesIn([own, ...others]);
  const kept = (operation.variableDefinitions ?? []).filter(({ variable }) => used.has(variable.name.value));
  const definitions = [asQueryOperation(own, kept, keyVariable), ...others];
  const text = print({ kind: Kind.DOCUMENT, definitions });
  return {
    text,
    document: parse(text),
    operationName: operation.name?.value,
    keyVariable,
    variables: kept.map(({ variable }) => variable.name.value),
  };
}

function asQueryOperation(
  operation: OperationDefinitionNode,
  kept: OperationDefinitionNode['variableDefinitions'] = [],
  keyVariable: string,
): OperationDefinitionNode {
  return {
    ...operation,
    operation: OperationTypeNode.QUERY,
    variableDefinitions: [
      ...kept,
      {
        kind: Kind.VARIABLE_DEFINITION,
        variable: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: keyVariable } },
        type: {
          kind: Kind.NON_NULL_TYPE,
          type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: 'ID' } },
        },
      },
    ],
  };
}

/** Those that selections use, the definitions of variables aside. */
function variablesIn(definitions: OperationDocument['definitions']): ReadonlySet<string> {
  const names = new Set<string>();
  for (const definition of definitions) {
    visit(definition, {
      VariableDefinition: () => false,
      Variable: ({ name }) => void names.add(name.value),
    });
  }
  return names;
}

function freeName(document: OperationDocument): string {
  const taken = new Set<string>();
  visit(document, { Variable: ({ name }) => void taken.add(name.value) });
  let name = 'eventKey';
  for (let number = 2; taken.has(name); number += 1) name = `eventKey_${number}`;
  return name;
}

function argumentsReader(
  schema: GraphQLSchema,
  document: OperationDocument,
  root: FieldNode,
): StreamDocument['argumentsOf'] {
  const findErrors = variableCheck(schema, document);
  const { variableDefinitions = [] } = operationOf(document);
  const definition = schema.getSubscriptionType()?.getFields()[root.name.value];
  if (!definition) throw new Error(`There is no Subscription.${root.name.value}.`);
  return (variables) => {
    const [invalid] = findErrors(variables);
    if (invalid) throw invalid;
    const { coerced } = getVariableValues(schema, variableDefinitions, variables);
    const { eventId, after } = getArgumentValues(definition, root, coerced);
    return { eventId: String(eventId), after: after === null || after === undefined ? null : String(after) };
  };
}
