import { type AccessRules, readAccessRules } from '@tixgo/platform/access/rules.ts';
import { includesRole, type Role } from '@tixgo/platform/viewer.ts';
import { type DocumentNode, Kind, type TypeNode } from 'graphql';
import { byRootThenName, rootTypes } from './type-order.ts';

/** Undefined: open to everyone. */
type LeastRole = Role | undefined;

export interface FieldAccess {
  readonly coordinate: string;
  /** The role it takes to read the field on the easiest way to it. */
  readonly leastRole: LeastRole;
  readonly because: string;
}

export interface TypeAccess {
  readonly type: string;
  /** The role that the type itself demands. */
  readonly ownRule: LeastRole;
  /** All fields that lead to the type, with the role that each takes. Empty for a root type. */
  readonly waysIn: readonly FieldAccess[];
  readonly fields: readonly FieldAccess[];
}

interface Field {
  readonly owner: string;
  readonly coordinate: string;
  readonly returns: string;
}

/** Object types by union. */
type Members = ReadonlyMap<string, readonly string[]>;

/**
 * What each coordinate of a supergraph takes of a caller. A type without a rule of its own takes what the
 * easiest chain of fields from a root to it takes, so that roles are passed on until nothing gets easier. What no
 * root reaches is left out, and so is what the API does not show. Root types come first, then types by name; fields stand as in the SDL.
 */
export function accessByType(supergraph: DocumentNode): TypeAccess[] {
  const rules = readAccessRules(supergraph);
  const fields = fieldsOf(supergraph);
  const members = membersOf(supergraph);
  const reached = reachedTypes(fields, members, rules);
  const readable = fields
    .filter(({ owner }) => reached.has(owner))
    .map((field) => ({ field, access: fieldAccess(field, reached.get(field.owner), rules) }));
  return [...reached.keys()].sort(byRootThenName).map((type) => ({
    type,
    ownRule: roleAt(rules, type),
    waysIn: readable
      .filter(({ field }) => targetsOf(field, members).includes(type))
      .map(({ access }) => access),
    fields: readable.filter(({ field }) => field.owner === type).map(({ access }) => access),
  }));
}

function reachedTypes(
  fields: readonly Field[],
  members: Members,
  rules: AccessRules,
): ReadonlyMap<string, LeastRole> {
  const owners = new Set(fields.map(({ owner }) => owner));
  const reached = new Map<string, LeastRole>();
  for (const root of rootTypes) if (owners.has(root)) reached.set(root, undefined);
  let easier = true;
  while (easier) {
    easier = false;
    for (const field of fields) {
      if (!reached.has(field.owner)) continue;
      const { leastRole } = fieldAccess(field, reached.get(field.owner), rules);
      for (const type of targetsOf(field, members).filter((target) => owners.has(target))) {
        const role = stricter(leastRole, roleAt(rules, type));
        if (reached.has(type) && stricter(role, reached.get(type)) === role) continue;
        reached.set(type, role);
        easier = true;
      }
    }
  }
  return reached;
}

function fieldAccess(field: Field, ownerRole: LeastRole, rules: AccessRules): FieldAccess {
  const own = roleAt(rules, field.coordinate);
  const returned = roleAt(rules, field.returns);
  const leastRole = stricter(stricter(ownerRole, own), returned);
  return { coordinate: field.coordinate, leastRole, because: reason(leastRole, { own, ownerRole }, field) };
}

function reason(
  role: LeastRole,
  { own, ownerRole }: { own: LeastRole; ownerRole: LeastRole },
  field: Field,
): string {
  if (role === undefined) return 'open';
  if (own === role) return 'own rule';
  return ownerRole === role ? `as \`${field.owner}\`` : `returns \`${field.returns}\``;
}

function roleAt(rules: AccessRules, coordinate: string): LeastRole {
  const rule = rules.get(coordinate);
  return rule?.kind === 'role' ? rule.role : undefined;
}

/** The second one when they are equal. */
function stricter(a: LeastRole, b: LeastRole): LeastRole {
  if (a === undefined) return b;
  if (b === undefined) return a;
  return includesRole(b, a) ? b : a;
}

function targetsOf(field: Field, members: Members): readonly string[] {
  return [field.returns, ...(members.get(field.returns) ?? [])];
}

function fieldsOf(sdl: DocumentNode): Field[] {
  return sdl.definitions.flatMap((definition) => {
    if (definition.kind === Kind.INTERFACE_TYPE_DEFINITION) {
      // The guard asks for the rules of all implementing types here, which this table does not work out.
      throw new Error(`Interface ${definition.name.value}: teach the access table interfaces first.`);
    }
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION) return [];
    const owner = definition.name.value;
    const visible = (definition.fields ?? []).filter(({ directives = [] }) =>
      directives.every((directive) => directive.name.value !== 'inaccessible'),
    );
    return visible.map(({ name, type }) => ({
      owner,
      coordinate: `${owner}.${name.value}`,
      returns: namedType(type),
    }));
  });
}

function membersOf(sdl: DocumentNode): Members {
  const members = new Map<string, readonly string[]>();
  for (const definition of sdl.definitions) {
    if (definition.kind !== Kind.UNION_TYPE_DEFINITION) continue;
    members.set(definition.name.value, definition.types?.map(({ name }) => name.value) ?? []);
  }
  return members;
}

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}
