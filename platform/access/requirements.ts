import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { forbidden, unauthenticated } from '../errors.ts';
import { hasRole, includesRole, type Role, type Viewer } from '../viewer.ts';
import type { AccessRules } from './rules.ts';

/** One coordinate that a document reads, and the role it takes. */
export interface Requirement {
  readonly coordinate: string;
  readonly role: Role;
}

/** By operation name; the empty name stands for an anonymous operation. */
export type DocumentRequirements = ReadonlyMap<string, readonly Requirement[]>;

/**
 * What a valid document takes of its viewer, one list per operation. It belongs to the document and can be kept
 * with it. Every type that a field can return is counted as reached, so that neither an interface field nor a
 * fragment on a union's member goes round a rule on the member.
 */
export function documentRequirements(
  schema: GraphQLSchema,
  rules: AccessRules,
  document: DocumentNode,
): DocumentRequirements {
  const fragments = new Map<string, FragmentDefinitionNode>();
  const operations: OperationDefinitionNode[] = [];
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
    if (definition.kind === Kind.OPERATION_DEFINITION) operations.push(definition);
  }
  return new Map(
    operations.map((operation) => {
      const walk = new RequirementWalk(schema, rules, fragments);
      walk.selections(operation.selectionSet, schema.getRootType(operation.operation) ?? undefined);
      return [operation.name?.value ?? '', walk.found];
    }),
  );
}

class RequirementWalk {
  readonly found: Requirement[] = [];
  readonly #schema: GraphQLSchema;
  readonly #rules: AccessRules;
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #seen = new Set<string>();
  /** A fragment's requirements do not depend on where it is spread, so that nested reuse costs one visit each. */
  readonly #walkedFragments = new Set<string>();

  constructor(
    schema: GraphQLSchema,
    rules: AccessRules,
    fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  ) {
    this.#schema = schema;
    this.#rules = rules;
    this.#fragments = fragments;
  }

  selections(set: SelectionSetNode, parent: GraphQLNamedType | undefined): void {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) this.#field(selection, parent);
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const type = selection.typeCondition ? this.#reach(selection.typeCondition.name.value) : parent;
        this.selections(selection.selectionSet, type);
      } else this.#spread(selection.name.value);
    }
  }

  #spread(name: string): void {
    const fragment = this.#fragments.get(name);
    if (!fragment || this.#walkedFragments.has(name)) return;
    this.#walkedFragments.add(name);
    this.selections(fragment.selectionSet, this.#reach(fragment.typeCondition.name.value));
  }

  #field(field: FieldNode, parent: GraphQLNamedType | undefined): void {
    if (!isObjectType(parent) && !isInterfaceType(parent)) return;
    const definition = parent.getFields()[field.name.value];
    if (!definition) return;
    this.#require(`${parent.name}.${field.name.value}`);
    if (isInterfaceType(parent)) {
      for (const type of this.#schema.getPossibleTypes(parent))
        this.#require(`${type.name}.${field.name.value}`);
    }
    const type = getNamedType(definition.type);
    this.#reach(type.name);
    if (field.selectionSet) this.selections(field.selectionSet, type);
  }

  /** A rule on an interface's member counts where the interface is read; a union's where its member is. */
  #reach(typeName: string): GraphQLNamedType | undefined {
    const type = this.#schema.getType(typeName);
    this.#require(typeName);
    if (isInterfaceType(type)) {
      for (const member of this.#schema.getPossibleTypes(type)) this.#require(member.name);
    }
    return type;
  }

  #require(coordinate: string): void {
    const rule = this.#rules.get(coordinate);
    if (rule?.kind !== 'role' || this.#seen.has(coordinate)) return;
    this.#seen.add(coordinate);
    this.found.push({ coordinate, role: rule.role });
  }
}

/** @throws when there is no such operation: what is not known to be allowed does not run */
export function requirementsOf(
  requirements: DocumentRequirements,
  operationName: string | undefined,
): readonly Requirement[] {
  const found = requirements.get(operationName ?? '');
  if (!found) throw new Error(`The document has no operation "${operationName ?? ''}".`);
  return found;
}

/**
 * @throws UNAUTHENTICATED for a stranger, FORBIDDEN for a known viewer; both name the coordinate that refused, of several
 *   the one that takes most: whoever is given that role is not refused again
 */
export function assertMayRun(viewer: Viewer, requirements: readonly Requirement[]): void {
  const [first, ...others] = requirements.filter(({ role }) => !hasRole(viewer, role));
  if (!first) return;
  const { coordinate, role } = others.reduce(
    (most, one) => (includesRole(most.role, one.role) ? most : one),
    first,
  );
  throw refusal(viewer, coordinate, role);
}

function refusal(viewer: Viewer, coordinate: string, role: Role) {
  if (viewer.kind === 'anonymous')
    return unauthenticated(`Sign in first: ${coordinate} needs ${role}.`, { coordinate });
  return forbidden(`${coordinate} needs the role ${role}.`, { coordinate });
}
