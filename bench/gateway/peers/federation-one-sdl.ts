import { Kind, type ObjectTypeDefinitionNode, parse, print, visit } from 'graphql';

/** Of Federation 1, which Mercurius reads, nothing else is used here. */
const kept = new Set(['key', 'external', 'provides', 'requires']);

const rootTypes = new Set(['Query', 'Mutation']);

/**
 * A subgraph's SDL for gateways that read Federation 1: what several subgraphs add to is extended, a type that a
 * subgraph only refers to with an external key, and directives that came later, our access rules among them, are left out.
 */
export function federationOneSdl(sdl: string): string {
  const document = visit(parse(sdl), {
    SchemaExtension: () => null,
    DirectiveDefinition: () => null,
    Directive: (directive) => (kept.has(directive.name.value) ? undefined : null),
    ObjectTypeDefinition: {
      enter: (type) => {
        if (rootTypes.has(type.name.value)) return { ...type, kind: Kind.OBJECT_TYPE_EXTENSION };
        return isReference(type) ? asReference(type) : undefined;
      },
    },
  });
  return print(document);
}

function isReference({ directives = [] }: ObjectTypeDefinitionNode): boolean {
  return directives.some(({ arguments: given = [] }) =>
    given.some(({ name, value }) => name.value === 'resolvable' && print(value) === 'false'),
  );
}

function asReference({ name, fields = [] }: ObjectTypeDefinitionNode) {
  const keys = fields.map((field) => field.name.value).join(' ');
  const external = fields.map((field) => `${field.name.value}: ${print(field.type)} @external`);
  return parse(`extend type ${name.value} @key(fields: "${keys}") { ${external.join('\n')} }`).definitions[0];
}
