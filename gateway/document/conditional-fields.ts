import { type DirectiveNode, type FieldNode, Kind, type SelectionNode, visit } from 'graphql';
import type { OperationDocument } from './operation-document.ts';

/**
 * Puts the conditions of fields with selections into a fragment around each. The planner takes conditions that stand at
 * such a field and at all that it selects for one, and does not fetch an object of which nothing but its being there is
 * asked: `{ me @include(if: true) { id @skip(if: true) } }` is `{ me: {} }`, not `{ me: null }`.
 */
export function withConditionsAround(document: OperationDocument): OperationDocument {
  return visit(document, {
    Field: {
      leave: (field) =>
        isConditionalObject(field) ? withAround({ ...field, directives: [] }, field.directives) : undefined,
    },
  });
}

const isConditionalObject = ({ directives, selectionSet }: FieldNode): boolean =>
  selectionSet !== undefined && directives !== undefined && directives.length > 0;

/** A selection with each of these directives at a fragment around it, the last one outermost. */
export function withAround(
  selection: SelectionNode,
  directives: readonly DirectiveNode[] = [],
): SelectionNode {
  return directives.reduce<SelectionNode>(
    (within, directive) => ({
      kind: Kind.INLINE_FRAGMENT,
      directives: [directive],
      selectionSet: { kind: Kind.SELECTION_SET, selections: [within] },
    }),
    selection,
  );
}
