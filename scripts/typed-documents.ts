import { concatAST, type DocumentNode, type FragmentDefinitionNode, Kind, print, visit } from 'graphql';

type Source = { readonly document?: DocumentNode };
type PluginOutput = { readonly prepend: string[]; readonly content: string };

/**
 * A codegen plugin: each operation as a string that is typed by its answer and its variables. The one that comes with
 * codegen types them by a package that makes npm install `graphql` for whoever uses the client.
 */
export function plugin(
  _schema: unknown,
  sources: readonly Source[],
  { typedDocument }: { readonly typedDocument: string },
): PluginOutput {
  const document = concatAST(sources.flatMap(({ document }) => document ?? []));
  const documents = operationTexts(document).map(({ name, operation, text }) => {
    const type = `${name}${capitalized(operation)}`;
    const literal = text.replaceAll(/[\\`]|\$\{/g, '\\$&');
    return `export const ${name}Document: TypedDocument<${type}, ${type}Variables> = \`${literal}\`;\n`;
  });
  return {
    prepend: [`import type { TypedDocument } from '${typedDocument}';`],
    content: documents.join('\n'),
  };
}

export interface OperationText {
  readonly name: string;
  readonly operation: 'query' | 'mutation' | 'subscription';
  /** With the fragments that it spreads. */
  readonly text: string;
}

/** Every named operation as a client sends it. */
export function operationTexts({ definitions }: DocumentNode): OperationText[] {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  return definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION || !definition.name) return [];
    const text = [definition, ...fragmentsOf(definition, fragments)].map(print).join('\n');
    return [{ name: definition.name.value, operation: definition.operation, text }];
  });
}

/** Those that the definition spreads, at any depth, each once. */
function fragmentsOf(
  root: Parameters<typeof visit>[0],
  all: ReadonlyMap<string, FragmentDefinitionNode>,
  found = new Set<FragmentDefinitionNode>(),
): ReadonlySet<FragmentDefinitionNode> {
  visit(root, {
    FragmentSpread: ({ name }) => {
      const fragment = all.get(name.value);
      if (!fragment || found.has(fragment)) return;
      found.add(fragment);
      fragmentsOf(fragment, all, found);
    },
  });
  return found;
}

function capitalized(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}
