import {
  type DirectiveNode,
  type DocumentNode,
  GraphQLError,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  getDirectiveValues,
  Kind,
  OperationTypeNode,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { fragmentsOf } from './fragments.ts';
import type { OperationDocument } from './operation-document.ts';

type Values = Readonly<Record<string, unknown>>;

const isCondition = ({ name: { value } }: DirectiveNode) =>
  value === GraphQLSkipDirective.name || value === GraphQLIncludeDirective.name;

function conditionsIn(document: OperationDocument): readonly DirectiveNode[] {
  const found: DirectiveNode[] = [];
  visit(document, {
    Directive: (directive) => {
      if (isCondition(directive)) found.push(directive);
    },
  });
  return found;
}

export const hasConditions = (document: OperationDocument) => conditionsIn(document).length > 0;

/** The variables that @skip and @include ask, in the order of their names. */
export function conditionVariables(document: OperationDocument): readonly string[] {
  const values = conditionsIn(document).flatMap((condition) => condition.arguments ?? []);
  const names = values.flatMap(({ value }) => (value.kind === Kind.VARIABLE ? value.name.value : []));
  return [...new Set(names)].sort();
}

/**
 * What an operation asks for where its conditions have these values: what they leave out is gone, and so are they. A field
 * of which nothing is left but its being there selects nothing.
 * @param values of all of its condition variables
 */
export function decided(document: OperationDocument, values: Values): OperationDocument {
  const decide = <Selection extends SelectionNode>(selection: Selection): Selection | null | undefined => {
    const { directives = [] } = selection;
    if (!directives.some(isCondition)) return undefined;
    if (!isSelected(selection, values)) return null;
    return { ...selection, directives: directives.filter((directive) => !isCondition(directive)) };
  };
  return visit(document, {
    Field: { enter: decide },
    FragmentSpread: { enter: decide },
    InlineFragment: {
      enter: decide,
      leave: ({ selectionSet }) => (selectionSet.selections.length === 0 ? null : undefined),
    },
  });
}

function isSelected(selection: SelectionNode, values: Values): boolean {
  if (getDirectiveValues(GraphQLSkipDirective, selection, values)?.if === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, selection, values)?.if !== false;
}

const typename: SelectionNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

/**
 * Whether a subscription of the document has a condition at its root, where GraphQL has none (5.2.4.1): graphql-js throws
 * when it validates one that asks a variable.
 */
export function hasConditionalSubscription({ definitions }: DocumentNode): boolean {
  const fragments = fragmentsOf({ kind: Kind.DOCUMENT, definitions });
  const seen = new Set<string>();
  const hasCondition = (selections: readonly SelectionNode[]): boolean =>
    selections.some((selection) => {
      if (selection.directives?.some(isCondition)) return true;
      if (selection.kind === Kind.FIELD) return false;
      if (selection.kind === Kind.INLINE_FRAGMENT) return hasCondition(selection.selectionSet.selections);
      const name = selection.name.value;
      if (seen.has(name)) return false;
      seen.add(name);
      return hasCondition(fragments.get(name)?.selectionSet.selections ?? []);
    });
  return definitions.some(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION &&
      definition.operation === OperationTypeNode.SUBSCRIPTION &&
      hasCondition(definition.selectionSet.selections),
  );
}

export function noRootCondition(): GraphQLError {
  const message = 'The root field of a subscription takes no @skip and no @include.';
  return new GraphQLError(message, { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
}

/** With `__typename` wherever nothing is selected, which would be no document. */
export function withoutEmptySelections(document: OperationDocument): OperationDocument {
  return visit(document, {
    SelectionSet: {
      leave: (set): SelectionSetNode | undefined =>
        set.selections.length === 0 ? { ...set, selections: [typename] } : undefined,
    },
  });
}
