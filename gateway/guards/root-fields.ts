import { Kind, type SelectionSetNode } from 'graphql';
import type { Fragments } from './written-out.ts';

/** Names of the fields at the root, as often as they are asked under names of their own. */
export function rootFieldNames(selectionSet: SelectionSetNode, fragments: Fragments): string[] {
  const byResponseName = new Map<string, string>();
  const spread = new Set<string>();
  const gather = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD)
        byResponseName.set((selection.alias ?? selection.name).value, selection.name.value);
      else if (selection.kind === Kind.INLINE_FRAGMENT) gather(selection.selectionSet);
      else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value);
        const fragment = fragments.get(selection.name.value);
        if (fragment) gather(fragment.selectionSet);
      }
    }
  };
  gather(selectionSet);
  return [...byResponseName.values()];
}
