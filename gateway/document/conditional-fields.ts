import { type FieldNode, Kind, type SelectionNode, visit } from 'graphql';
import type { OperationDocument } from './operation-document.ts';

/**
 * Puts the conditions of fields with selections into a fragment around each. The planner takes conditions that stand at
 * such a field and at all that it selects for one, and does not fetch an object of which nothing but its being there is
 * asked: `{ me @include(if: true) { id @skip(if: true) } }` is `{ me: {} }`, not `{ me: null }`.
 */
export function withConditionsAround(document: OperationDocument): OperationDocument {
  return visit(document, {
    Field: { leave: (field) => (isConditionalObject(field) ? wrapped(field) : undefined) },
  });
}

const isConditionalObject = ({ directives, selectionSet }: FieldNode): boolean =>
  selectionSet !== undefined && directives !== undefined && directives.length > 0;

function wrapped(field: FieldNode): SelectionNode {
  let selection: SelectionNode = { ...field, directives: [] };
  for (const directive of field.directives ?? [])
    selection = {
      kind: Kind.INLINE_FRAGMENT,
      directives: [directive],
      selectionSet: { kind: Kind.SELECTION_SET, selections: [selection] },
    };
  return selection;
}
