import { type DefinitionNode, type DirectiveNode, Kind, parse, print } from 'graphql';

/** The directives that an SDL has at `Type`, `Type.field` or `schema`, as they are written, extensions included. */
export function directivesIn(sdl: string, coordinate: string): string[] {
  const [owner = '', field] = coordinate.split('.');
  const definitions = parse(sdl).definitions.filter((definition) => nameOf(definition) === owner);
  return definitions.flatMap((definition) => directivesOf(definition, field).map(print));
}

function nameOf(definition: DefinitionNode): string | undefined {
  if (definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION)
    return 'schema';
  return 'name' in definition ? definition.name?.value : undefined;
}

function directivesOf(definition: DefinitionNode, field: string | undefined): readonly DirectiveNode[] {
  const fields = 'fields' in definition ? (definition.fields ?? []) : [];
  const node = field === undefined ? definition : fields.find(({ name }) => name.value === field);
  return node?.directives ?? [];
}
