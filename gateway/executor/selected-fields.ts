import { type FieldNode, Kind, type SelectionSetNode } from 'graphql';
import type { Fragments } from '../operation/fragments.ts';
import type { TypeConditions } from './type-conditions.ts';

/** What a document without conditions selects. */
export interface Selecting {
  readonly fragments: Fragments;
  readonly isOfType: TypeConditions;
}

/** The fields of one response name. */
export type FieldGroup = readonly [FieldNode, ...FieldNode[]];

/** CollectFields of the GraphQL specification (6.3.2): by response name, in the order of the answer. */
export function selectedFields(
  selecting: Selecting,
  typename: string,
  sets: readonly SelectionSetNode[],
): Map<string, FieldGroup> {
  const groups = new Map<string, FieldGroup>();
  const spread = new Set<string>();
  const visit = (set: SelectionSetNode): void => {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const name = (selection.alias ?? selection.name).value;
        const group = groups.get(name);
        groups.set(name, group ? [...group, selection] : [selection]);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value;
        if (condition === undefined || selecting.isOfType(typename, condition)) visit(selection.selectionSet);
      } else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value);
        const fragment = selecting.fragments.get(selection.name.value);
        if (fragment && selecting.isOfType(typename, fragment.typeCondition.name.value))
          visit(fragment.selectionSet);
      }
    }
  };
  for (const set of sets) visit(set);
  return groups;
}
