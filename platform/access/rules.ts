import { type ConstDirectiveNode, type DocumentNode, Kind } from 'graphql';
import { type Role, roles } from '../viewer.ts';

export type Rule = { readonly kind: 'public' } | { readonly kind: 'role'; readonly role: Role };

/** By schema coordinate: `Query.event` or, for a whole type, `Attendance`. */
export type AccessRules = ReadonlyMap<string, Rule>;

/** Reads `@requiresRole` and `@public` off an SDL: a subgraph's, or the supergraph's, where the API schema has lost them. */
export function readAccessRules(sdl: DocumentNode): AccessRules {
  const rules = new Map<string, Rule>();
  const note = (coordinate: string, directives: readonly ConstDirectiveNode[] | undefined) => {
    const rule = ruleOf(directives ?? []);
    if (rule) rules.set(coordinate, rule);
  };
  for (const definition of sdl.definitions) {
    if (
      definition.kind !== Kind.OBJECT_TYPE_DEFINITION &&
      definition.kind !== Kind.OBJECT_TYPE_EXTENSION &&
      definition.kind !== Kind.INTERFACE_TYPE_DEFINITION
    ) {
      continue;
    }
    note(definition.name.value, definition.directives);
    for (const field of definition.fields ?? []) {
      note(`${definition.name.value}.${field.name.value}`, field.directives);
    }
  }
  return rules;
}

function ruleOf(directives: readonly ConstDirectiveNode[]): Rule | undefined {
  for (const directive of directives) {
    if (directive.name.value === 'public') return { kind: 'public' };
    if (directive.name.value === 'requiresRole') return { kind: 'role', role: roleArgument(directive) };
  }
  return undefined;
}

function roleArgument(directive: ConstDirectiveNode): Role {
  const value = directive.arguments?.find((argument) => argument.name.value === 'role')?.value;
  const role = value?.kind === Kind.ENUM ? roles.find((name) => name === value.value) : undefined;
  if (role === undefined) throw new Error('@requiresRole needs a role.');
  return role;
}

const rootTypes = ['Query', 'Mutation', 'Subscription'];
/** Federation's own root fields: a subgraph guards what they lead to, and its SDL, by itself. */
const federationFields = new Set(['_entities', '_service']);

/** Coordinates of root fields without a rule. The process does not start while there is one. */
function rootFieldsWithoutRule(sdl: DocumentNode, rules: AccessRules): string[] {
  const missing: string[] = [];
  for (const definition of sdl.definitions) {
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.OBJECT_TYPE_EXTENSION)
      continue;
    if (!rootTypes.includes(definition.name.value)) continue;
    for (const field of definition.fields ?? []) {
      const coordinate = `${definition.name.value}.${field.name.value}`;
      if (!federationFields.has(field.name.value) && !rules.has(coordinate)) missing.push(coordinate);
    }
  }
  return missing;
}

/** @throws when a root field has no rule: such a field would be open by oversight */
export function assertEveryRootFieldHasRule(owner: string, sdl: DocumentNode): void {
  const missing = rootFieldsWithoutRule(sdl, readAccessRules(sdl));
  if (missing.length > 0) {
    throw new Error(`${owner}: ${missing.join(', ')} must carry @requiresRole or @public.`);
  }
}

/**
 * Compares what a subgraph enforces with what the gateway reads off the supergraph. They differ when a subgraph forgot
 * `@composeDirective`, which composition passes over in silence, or when the committed supergraph is stale.
 * @throws naming the first coordinates that differ
 */
export function assertSameRules(subgraph: string, own: AccessRules, supergraph: AccessRules): void {
  const differing = [...own].filter(([coordinate, rule]) => !sameRule(rule, supergraph.get(coordinate)));
  if (differing.length > 0) {
    const names = differing.map(([coordinate]) => coordinate).slice(0, 5);
    throw new Error(
      `The access rules of subgraph ${subgraph} are not those of the supergraph: ${names.join(', ')}. ` +
        'Compose again, and see that the subgraph composes @requiresRole and @public.',
    );
  }
}

function sameRule(a: Rule, b: Rule | undefined): boolean {
  if (a.kind === 'role' && b?.kind === 'role') return a.role === b.role;
  return a.kind === b?.kind;
}
