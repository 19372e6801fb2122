import {
  type DirectiveNode,
  type FieldNode,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionNode,
} from 'graphql';
import { withAround } from './conditional-fields.ts';
import { type Fragments, fragmentsOf } from './fragments.ts';
import { type OperationDocument, operationDocument, operationOf } from './operation-document.ts';

/** Past this, fragments at the root are left to the planner. */
const mostRootFields = 200;

/**
 * Puts the root fields of fragments beside the others, in the order in which they are to run. The planner keeps no order
 * between fields and fragments, by which mutations would run in another one, and asks subgraphs whose root types have
 * names of their own for parts of type `Query`, which they do not have.
 */
export function withPlainRoot(document: OperationDocument): OperationDocument {
  const operation = operationOf(document);
  if (operation.selectionSet.selections.every(({ kind }) => kind === Kind.FIELD)) return document;
  const selections = new RootFields(fragmentsOf(document)).of(operation);
  if (!selections) return document;
  const plain = { ...operation, selectionSet: { ...operation.selectionSet, selections } };
  const definitions = document.definitions.map((definition) =>
    definition === operation ? plain : definition,
  );
  // Fragments that nothing spreads any more the planner would spread again.
  return operationDocument({ ...document, definitions }, undefined) ?? document;
}

class RootFields {
  readonly #fragments: Fragments;
  /** Those that no condition leaves out: to spread them again adds nothing. */
  readonly #spread = new Set<string>();
  readonly #selections: SelectionNode[] = [];

  constructor(fragments: Fragments) {
    this.#fragments = fragments;
  }

  /** Undefined when they are too many. */
  of({ selectionSet }: OperationDefinitionNode): readonly SelectionNode[] | undefined {
    return this.#collect(selectionSet.selections, []) ? this.#selections : undefined;
  }

  #collect(selections: readonly SelectionNode[], conditions: readonly DirectiveNode[]): boolean {
    return selections.every((selection) => {
      if (selection.kind === Kind.FIELD) {
        this.#selections.push(underConditions(selection, conditions));
        return this.#selections.length <= mostRootFields;
      }
      const within = [...conditions, ...(selection.directives ?? [])];
      if (selection.kind === Kind.INLINE_FRAGMENT)
        return this.#collect(selection.selectionSet.selections, within);
      const name = selection.name.value;
      if (this.#spread.has(name)) return true;
      if (within.length === 0) this.#spread.add(name);
      return this.#collect(this.#fragments.get(name)?.selectionSet.selections ?? [], within);
    });
  }
}

/** A field takes each directive once; another one of that name goes around it. */
function underConditions(field: FieldNode, conditions: readonly DirectiveNode[]): SelectionNode {
  const own = new Map<string, DirectiveNode>();
  const around: DirectiveNode[] = [];
  for (const directive of [...(field.directives ?? []), ...conditions]) {
    const known = own.get(directive.name.value);
    if (!known) own.set(directive.name.value, directive);
    else if (print(known) !== print(directive)) around.push(directive);
  }
  return withAround(own.size === 0 ? field : { ...field, directives: [...own.values()] }, around);
}
