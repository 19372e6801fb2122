import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type GraphQLField,
  type GraphQLSchema,
  type InterfaceTypeDefinitionNode,
  type InterfaceTypeExtensionNode,
  isInterfaceType,
  isObjectType,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  parse,
  print,
  type SelectionSetNode,
  type TypeNode,
} from 'graphql';

export interface SubgraphText {
  readonly name: string;
  readonly sdl: string;
}

/** What the subgraphs' texts say of keys and required fields. */
export class FederationFacts {
  /** Selections of each type's keys, over all subgraphs. */
  readonly #keys = new Map<string, Map<string, SelectionSetNode>>();
  readonly #typeNames = new Map<string, string>();
  readonly #required = new Map<string, string>();
  /** Interfaces with a key: their types are known by it as well. */
  readonly #families = new Map<string, string>();
  #schemas: readonly GraphQLSchema[] = [];

  constructor(subgraphs: readonly SubgraphText[]) {
    const types = subgraphs.flatMap(({ sdl }) => parse(sdl).definitions.filter(hasFields));
    for (const { name, fields } of types)
      for (const field of fields ?? [])
        this.#typeNames.set(`${name.value}.${field.name.value}`, namedType(field.type));
    for (const type of types) this.#readType(type);
    for (const type of types) this.#readFamily(type);
  }

  /** For fields that clients do not see. */
  knowSchemas(schemas: readonly GraphQLSchema[]): void {
    this.#schemas = schemas;
  }

  hiddenField(typename: string, field: string): GraphQLField<unknown, unknown> | undefined {
    for (const schema of this.#schemas) {
      const type = schema.getType(typename);
      if ((isObjectType(type) || isInterfaceType(type)) && type.getFields()[field])
        return type.getFields()[field];
    }
    return undefined;
  }

  /** Names that plans give to what they fetch for themselves, and some that no plan gives. */
  plannedNames(): string[] {
    const names = new Set(['__proto__', 'constructor']);
    const sets = [...this.#keys.values()].flatMap((keys) => [...keys.values()]);
    for (const required of this.#required.values()) sets.push(selectionSetOf(required));
    for (const { selections } of sets)
      for (const selection of selections) if (selection.kind === Kind.FIELD) names.add(selection.name.value);
    return [...names].sort();
  }

  familyOf(typename: string): string {
    return this.#families.get(typename) ?? typename;
  }

  isKeyField(typename: string, field: string): boolean {
    const keys = this.#keysOf(typename);
    return keys.some(({ selections }) =>
      selections.some((selection) => selection.kind === Kind.FIELD && selection.name.value === field),
    );
  }

  requiredBy(typename: string, field: string): string | undefined {
    return (
      this.#required.get(`${this.familyOf(typename)}.${field}`) ?? this.#required.get(`${typename}.${field}`)
    );
  }

  /** Which object a reference is of; undefined unless one of the keys is there whole. */
  numberIn(typename: string, reference: Readonly<Record<string, unknown>>): number | undefined {
    for (const key of this.#keysOf(typename)) {
      const numbers = numbersIn(reference, key);
      const [first] = numbers;
      if (first !== undefined && numbers.every((number) => number === first)) return first;
    }
    return undefined;
  }

  #keysOf(typename: string): readonly SelectionSetNode[] {
    const own = this.#keys.get(typename)?.values() ?? [];
    const family = this.familyOf(typename);
    return [...own, ...(family === typename ? [] : (this.#keys.get(family)?.values() ?? []))];
  }

  #readType(type: TypeWithFields): void {
    const typename = type.name.value;
    for (const directive of type.directives ?? []) {
      const fields = directive.name.value === 'key' ? textArgument(directive, 'fields') : undefined;
      if (fields === undefined) continue;
      this.#addKey(typename, selectionSetOf(fields));
    }
    for (const { name, directives } of type.fields ?? []) {
      const requires = directives?.find((directive) => directive.name.value === 'requires');
      if (requires) this.#required.set(`${typename}.${name.value}`, textArgument(requires, 'fields') ?? '');
    }
  }

  /** An object within a key says whose it is, too. */
  #addKey(typename: string, key: SelectionSetNode): void {
    const keys = this.#keys.get(typename) ?? new Map<string, SelectionSetNode>();
    this.#keys.set(typename, keys.set(print(key), key));
    for (const selection of key.selections) {
      if (selection.kind !== Kind.FIELD || !selection.selectionSet) continue;
      const inner = this.#typeNames.get(`${typename}.${selection.name.value}`);
      if (inner !== undefined) this.#addKey(inner, selection.selectionSet);
    }
  }

  #readFamily({ name, interfaces }: TypeWithFields): void {
    for (const { name: whole } of interfaces ?? [])
      if (this.#keys.has(whole.value)) this.#families.set(name.value, whole.value);
  }
}

type TypeWithFields =
  | ObjectTypeDefinitionNode
  | ObjectTypeExtensionNode
  | InterfaceTypeDefinitionNode
  | InterfaceTypeExtensionNode;

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

function hasFields(definition: DefinitionNode): definition is TypeWithFields {
  return (
    definition.kind === Kind.OBJECT_TYPE_DEFINITION ||
    definition.kind === Kind.OBJECT_TYPE_EXTENSION ||
    definition.kind === Kind.INTERFACE_TYPE_DEFINITION ||
    definition.kind === Kind.INTERFACE_TYPE_EXTENSION
  );
}

function textArgument({ arguments: given }: ConstDirectiveNode, name: string): string | undefined {
  const value = given?.find((argument) => argument.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}

export function selectionSetOf(fields: string): SelectionSetNode {
  const [operation] = parse(`{ ${fields} }`).definitions;
  if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error(`No fields: ${fields}`);
  return operation.selectionSet;
}

/** Undefined for each part that is not there or names no object. */
function numbersIn(
  reference: Readonly<Record<string, unknown>>,
  { selections }: SelectionSetNode,
): (number | undefined)[] {
  return selections.flatMap((selection) => {
    if (selection.kind !== Kind.FIELD) return [];
    const value = reference[selection.name.value];
    if (selection.selectionSet)
      return typeof value === 'object' && value !== null
        ? numbersIn(value as Record<string, unknown>, selection.selectionSet)
        : [undefined];
    if (typeof value === 'number') return [value];
    const match = /-(\d+)$/.exec(String(value));
    return [match ? Number(match[1]) : undefined];
  });
}

/** The parts of a reference that a field set names. */
export function picked(reference: unknown, { selections }: SelectionSetNode): unknown {
  if (Array.isArray(reference))
    return reference.map((item) => picked(item, { kind: Kind.SELECTION_SET, selections }));
  if (typeof reference !== 'object' || reference === null) return reference;
  return Object.fromEntries(
    selections.flatMap((selection) => {
      if (selection.kind !== Kind.FIELD) return [];
      const name = selection.name.value;
      const value: unknown = Reflect.get(reference, name);
      return [[name, selection.selectionSet ? picked(value, selection.selectionSet) : value]];
    }),
  );
}
