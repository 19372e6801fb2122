import { type FieldNode, Kind, type SelectionSetNode } from 'graphql';
import type { Fragments } from '../operation/fragments.ts';

/** How much a selection is with every fragment written out. */
export interface WrittenOut {
  readonly fields: number;
  readonly depth: number;
  readonly aliases: number;
  readonly directives: number;
  /** A fragment spreads itself: there is no end to it, and validation refuses it. */
  readonly isEndless: boolean;
}

const nothing: WrittenOut = { fields: 0, depth: 0, aliases: 0, directives: 0, isEndless: false };

/**
 * Counts without writing out: each fragment is measured once, so that this costs no more than the document is long,
 * while 15 fragments that spread each other twice are 32,767 fields.
 */
export function measuringWrittenOut(fragments: Fragments): (set: SelectionSetNode) => WrittenOut {
  const known = new Map<string, WrittenOut>();
  const ofFragment = (name: string): WrittenOut => {
    const measured = known.get(name);
    if (measured) return measured;
    known.set(name, { ...nothing, isEndless: true });
    const fragment = fragments.get(name);
    const found = fragment ? ofSet(fragment.selectionSet) : nothing;
    known.set(name, found);
    return found;
  };
  const ofField = ({ alias, selectionSet }: FieldNode): WrittenOut => {
    const within = selectionSet ? ofSet(selectionSet) : nothing;
    return {
      fields: within.fields + 1,
      depth: within.depth + 1,
      aliases: within.aliases + (alias ? 1 : 0),
      directives: within.directives,
      isEndless: within.isEndless,
    };
  };
  const ofSet = ({ selections }: SelectionSetNode): WrittenOut => {
    let { fields, depth, aliases, directives, isEndless } = nothing;
    for (const selection of selections) {
      const part =
        selection.kind === Kind.FIELD
          ? ofField(selection)
          : selection.kind === Kind.INLINE_FRAGMENT
            ? ofSet(selection.selectionSet)
            : ofFragment(selection.name.value);
      fields += part.fields;
      depth = Math.max(depth, part.depth);
      aliases += part.aliases;
      directives += part.directives + (selection.directives?.length ?? 0);
      isEndless ||= part.isEndless;
    }
    return { fields, depth, aliases, directives, isEndless };
  };
  return ofSet;
}
