import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import { type Fragments, fragmentsOf } from './fragments.ts';

/** An operation with the fragments that it spreads, and nothing else of its document. */
export interface OperationDocument extends DocumentNode {
  readonly definitions: readonly (OperationDefinitionNode | FragmentDefinitionNode)[];
}

/** Undefined when the document has no such operation, or several and none is named. */
export function operationDocument(
  document: DocumentNode,
  operationName: string | undefined,
): OperationDocument | undefined {
  const operations = document.definitions.filter(
    (definition) => definition.kind === Kind.OPERATION_DEFINITION,
  );
  const named = operations.filter(({ name }) => operationName === undefined || name?.value === operationName);
  const [operation] = named;
  if (!operation || named.length > 1) return undefined;
  return { kind: Kind.DOCUMENT, definitions: [operation, ...spreadFrom(operation, fragmentsOf(document))] };
}

/** The one operation of such a document. */
export function operationOf({ definitions }: OperationDocument): OperationDefinitionNode {
  const operation = definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
  if (!operation) throw new Error('A document came without its operation.');
  return operation;
}

function spreadFrom(operation: OperationDefinitionNode, fragments: Fragments): FragmentDefinitionNode[] {
  const found = new Set<FragmentDefinitionNode>();
  const follow = (node: OperationDefinitionNode | FragmentDefinitionNode): void => {
    visit(node, {
      FragmentSpread: ({ name }) => {
        const fragment = fragments.get(name.value);
        if (!fragment || found.has(fragment)) return;
        found.add(fragment);
        follow(fragment);
      },
    });
  };
  follow(operation);
  return [...found];
}
