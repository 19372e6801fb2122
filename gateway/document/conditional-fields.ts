import { type DirectiveNode, Kind, type SelectionNode, visit } from 'graphql';
import type { OperationDocument } from './operation-document.ts';

/**
 * Puts the conditions of fields into a fragment around each. The planner takes conditions that stand at a field and at all
 * that it selects for one, and does not fetch an object of which nothing but its being there is asked:
 * `{ me @include(if: true) { id @skip(if: true) } }` is `{ me: {} }`, not `{ me: null }`. And where a condition leaves out
 * what a field @requires, it asks for nothing of that entity, not even for what needs no more than a key.
 */
export function withConditionsAround(document: OperationDocument): OperationDocument {
  return visit(document, {
    Field: {
      leave: (field) =>
        field.directives?.length ? withAround({ ...field, directives: [] }, field.directives) : undefined,
    },
  });
}

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
