import type { SelectionSetNode } from 'graphql';
import type { Fragments } from '../operation/fragments.ts';
import { fieldGroups } from './field-groups.ts';

/**
 * How many fields are left when those of one response name at one place are merged. Writes fragments out: only for a
 * document that is known to be small that way.
 */
export function mergedFields(sets: readonly SelectionSetNode[], fragments: Fragments): number {
  const groups = fieldGroups(sets, fragments);
  let count = groups.size;
  for (const group of groups.values()) {
    const within = group.flatMap(({ selectionSet }) => selectionSet ?? []);
    if (within.length > 0) count += mergedFields(within, fragments);
  }
  return count;
}
