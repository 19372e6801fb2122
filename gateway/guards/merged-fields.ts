import { Kind, type SelectionSetNode } from 'graphql';
import type { Fragments } from './written-out.ts';

/**
 * How many fields are left when those of one response name at one place are merged, whatever their types. Writes
 * fragments out: only for a document that is known to be small that way.
 */
export function mergedFields(sets: readonly SelectionSetNode[], fragments: Fragments): number {
  const groups = new Map<string, SelectionSetNode[]>();
  const spread = new Set<string>();
  const gather = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const name = (selection.alias ?? selection.name).value;
        const group = groups.get(name) ?? [];
        groups.set(name, group);
        if (selection.selectionSet) group.push(selection.selectionSet);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) gather(selection.selectionSet);
      else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value);
        const fragment = fragments.get(selection.name.value);
        if (fragment) gather(fragment.selectionSet);
      }
    }
  };
  for (const set of sets) gather(set);
  let count = groups.size;
  for (const group of groups.values()) if (group.length > 0) count += mergedFields(group, fragments);
  return count;
}
