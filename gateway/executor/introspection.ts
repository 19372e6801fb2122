import {
  type DocumentNode,
  executeSync,
  type FieldNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
} from 'graphql';
import { isIntrospection } from '../operation/field-names.ts';
import type { Fragments } from '../operation/fragments.ts';
import type { ResponseObject, Variables } from './execution.ts';

/** Answers what an operation asks of the schema itself, by response name. */
export type Introspect = (variables: Variables) => ResponseObject;

const nothing: ResponseObject = {};

/** The root fields alone are taken; a plan has no part for them. */
export function introspecting(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  fragments: Fragments,
): Introspect {
  const selections = introspectionFields(operation.selectionSet.selections, fragments);
  if (selections.length === 0) return () => nothing;
  const document: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [
      { ...operation, selectionSet: { kind: Kind.SELECTION_SET, selections } },
      ...fragments.values(),
    ],
  };
  return (variables) => {
    const { data, errors } = executeSync({ schema, document, variableValues: variables });
    if (!data) throw errors?.[0] ?? new Error('The schema could not be read.');
    return data;
  };
}

function introspectionFields(
  selections: readonly SelectionNode[],
  fragments: Fragments,
  seen = new Set<string>(),
): FieldNode[] {
  return selections.flatMap((selection): FieldNode[] => {
    if (selection.kind === Kind.FIELD) return isIntrospection(selection) ? [selection] : [];
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = fragments.get(selection.name.value);
      if (!fragment || seen.has(selection.name.value)) return [];
      seen.add(selection.name.value);
      return introspectionFields(fragment.selectionSet.selections, fragments, seen);
    }
    return introspectionFields(selection.selectionSet.selections, fragments, seen);
  });
}
