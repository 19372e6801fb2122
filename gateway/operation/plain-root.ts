import type { FieldNode, OperationDefinitionNode, SelectionNode } from 'graphql';
import { Kind } from 'graphql';
import { type Fragments, fragmentsOf } from './fragments.ts';
import { type OperationDocument, operationDocument, operationOf } from './operation-document.ts';

/** Past this, fragments at the root are left to the planner. */
const mostRootFields = 200;

/**
 * Puts the root fields of fragments beside the others, in the order in which they are to run. The planner keeps no order
 * between fields and fragments, by which mutations would run in another one, and asks subgraphs whose root types have
 * names of their own for parts of type `Query`, which they do not have.
 * @param document without conditions
 */
export function withPlainRoot(document: OperationDocument): OperationDocument {
  const operation = operationOf(document);
  if (operation.selectionSet.selections.every(({ kind }) => kind === Kind.FIELD)) return document;
  const selections = rootFields(operation, fragmentsOf(document));
  if (!selections) return document;
  const plain = { ...operation, selectionSet: { ...operation.selectionSet, selections } };
  const definitions = document.definitions.map((definition) =>
    definition === operation ? plain : definition,
  );
  // Fragments that nothing spreads any more the planner would spread again.
  return operationDocument({ ...document, definitions }, undefined) ?? document;
}

/** Undefined when they are too many. */
function rootFields(
  { selectionSet }: OperationDefinitionNode,
  fragments: Fragments,
): readonly FieldNode[] | undefined {
  const fields: FieldNode[] = [];
  const spread = new Set<string>();
  const collect = (selections: readonly SelectionNode[]): boolean =>
    selections.every((selection) => {
      if (selection.kind === Kind.FIELD) return fields.push(selection) <= mostRootFields;
      if (selection.kind === Kind.INLINE_FRAGMENT) return collect(selection.selectionSet.selections);
      // To spread one again adds nothing.
      const name = selection.name.value;
      if (spread.has(name)) return true;
      spread.add(name);
      return collect(fragments.get(name)?.selectionSet.selections ?? []);
    });
  return collect(selectionSet.selections) ? fields : undefined;
}
