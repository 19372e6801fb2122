import { type FieldNode, Kind, type SelectionSetNode } from 'graphql';
import type { Fragments } from '../operation/fragments.ts';

/** The fields of each response name at one place, fragments written out, whatever their types. */
export function fieldGroups(
  sets: readonly SelectionSetNode[],
  fragments: Fragments,
): Map<string, FieldNode[]> {
  const groups = new Map<string, FieldNode[]>();
  const spread = new Set<string>();
  const gather = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const name = (selection.alias ?? selection.name).value;
        const group = groups.get(name);
        if (group) group.push(selection);
        else groups.set(name, [selection]);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) gather(selection.selectionSet);
      else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value);
        const fragment = fragments.get(selection.name.value);
        if (fragment) gather(fragment.selectionSet);
      }
    }
  };
  for (const set of sets) gather(set);
  return groups;
}
