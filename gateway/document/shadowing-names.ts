import { type DocumentNode, type FieldNode, Kind, parse, visit } from 'graphql';
import { isIntrospection, responseName } from '../operation/field-names.ts';
import type { OperationDocument } from '../operation/operation-document.ts';

/**
 * Names under which a plan fetches what a subgraph needs to know an entity by. A client that gives one of them to
 * another field would have that sent in its place.
 */
export interface PlannedNames {
  /** Fields of keys and of @requires. */
  readonly fields: ReadonlySet<string>;
  /** Those that @requires asks with arguments of its own. */
  readonly withArguments: ReadonlySet<string>;
}

export interface Unshadowed {
  readonly document: OperationDocument;
  /** What the client calls a response name of the document. */
  readonly clientNames: ReadonlyMap<string, string>;
}

/** The variable of every entity fetch, and what no object of ours can carry. */
const plannedVariables: ReadonlySet<string> = new Set(['representations', '__proto__']);

/** @param supergraph the composed schema with its join directives */
export function plannedNames(supergraph: DocumentNode): PlannedNames {
  const fields = new Set(['__typename', '__proto__', '_entities']);
  const withArguments = new Set<string>();
  const read = (fieldSet: string): void => {
    visit(parse(`{ ${fieldSet} }`), {
      Field: ({ name, arguments: given }) => {
        fields.add(name.value);
        if (given?.length) withArguments.add(name.value);
      },
    });
  };
  visit(supergraph, {
    Directive: ({ name, arguments: given }) => {
      if (!name.value.startsWith('join__')) return;
      for (const argument of given ?? []) {
        const isFieldSet = argument.name.value === 'key' || argument.name.value === 'requires';
        if (isFieldSet && argument.value.kind === Kind.STRING) read(argument.value.value);
      }
    },
  });
  return { fields, withArguments };
}

/** Gives fields that shadow a planned name another one until they are answered. */
export function unshadow(document: OperationDocument, planned: PlannedNames): Unshadowed {
  const clientNames = new Map<string, string>();
  const renamed = new Map<string, string>();
  const taken = namesIn(document);
  const rename = (name: string): string => {
    let other = renamed.get(name);
    if (other === undefined) {
      // Names that begin with two underscores are GraphQL's own.
      const stem = name.replace(/^_+/, '');
      for (let number = 1; other === undefined || taken.has(other) || planned.fields.has(other); number += 1)
        other = `${stem}_${number}`;
      taken.add(other);
      renamed.set(name, other);
      clientNames.set(other, name);
    }
    return other;
  };
  const unshadowed: OperationDocument = visit(document, {
    Field: {
      // What the schema says of itself is not planned.
      enter: (field) => (isIntrospection(field) ? false : undefined),
      leave: (field) =>
        isShadowing(field, planned) ? aliased(field, rename(responseName(field))) : undefined,
    },
    Variable: ({ name }) =>
      plannedVariables.has(name.value)
        ? { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: rename(name.value) } }
        : undefined,
  });
  return clientNames.size === 0 ? { document, clientNames } : { document: unshadowed, clientNames };
}

function isShadowing({ alias, name, arguments: given }: FieldNode, planned: PlannedNames): boolean {
  if (alias && alias.value !== name.value) return planned.fields.has(alias.value);
  const names = given?.length ? planned.fields : planned.withArguments;
  return names.has(name.value);
}

const aliased = (field: FieldNode, alias: string): FieldNode => ({
  ...field,
  alias: { kind: Kind.NAME, value: alias },
});

function namesIn(document: OperationDocument): Set<string> {
  const names = new Set<string>();
  visit(document, { Name: ({ value }) => void names.add(value) });
  return names;
}
