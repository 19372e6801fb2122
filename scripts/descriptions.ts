import { type ASTNode, parse, visit } from 'graphql';

type Definition = { readonly coordinate: string; readonly place: string; readonly described: boolean };

/** Names of federation's and GraphQL's own: nobody reads their descriptions here. */
const builtin = /^_|__/;

const describable =
  /^(?:(?:Scalar|Object|Interface|Union|Enum|InputObject)Type|Field|InputValue|EnumValue|Directive)Definition$/;

function nameOf(node: unknown): string[] {
  if (typeof node !== 'object' || node === null || !('name' in node)) return [];
  const { name } = node as { readonly name?: { readonly value: string } };
  return name ? [name.value] : [];
}

function hasDescription(node: ASTNode): boolean {
  return 'description' in node && Boolean(node.description?.value.trim());
}

function definitionsIn(file: string, sdl: string): Definition[] {
  const definitions: Definition[] = [];
  visit(parse(sdl), {
    enter(node, _key, _parent, _path, ancestors) {
      if (!describable.test(node.kind)) return;
      const names = [...ancestors, node].flatMap(nameOf);
      if (names.some((name) => builtin.test(name))) return;
      const place = `${file}:${node.loc?.startToken.line}`;
      definitions.push({ coordinate: names.join('.'), place, described: hasDescription(node) });
    },
  });
  return definitions;
}

/**
 * One line for each coordinate (`Event.title`, `Query.event.id`) that no schema describes. One that stands in
 * several subgraphs, as `Query` and the keys of foreign entities do, is described by the one that owns it.
 */
export function findUndescribed(sdlByFile: Readonly<Record<string, string>>): string[] {
  const definitions = Object.entries(sdlByFile).flatMap(([file, sdl]) => definitionsIn(file, sdl));
  return [...Map.groupBy(definitions, ({ coordinate }) => coordinate)]
    .filter(([, same]) => !same.some(({ described }) => described))
    .map(([coordinate, [first]]) => `${first?.place} ${coordinate} has no description`);
}
