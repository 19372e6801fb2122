import { type GraphQLFieldResolver, type GraphQLSchema, isObjectType } from 'graphql';
import { assertMayRun } from '../access/requirements.ts';
import type { AccessRules } from '../access/rules.ts';
import { isObject } from '../json-values.ts';
import type { Viewer } from '../viewer.ts';

interface Asking {
  readonly viewer: Viewer;
}

type ReferenceResolver = (reference: unknown, context: Asking, info: unknown) => unknown;

/** What @apollo/subgraph keeps with a type. */
interface ApolloExtensions {
  subgraph?: { resolveReference?: ReferenceResolver };
}

interface References {
  readonly representations: readonly { readonly __typename: string }[];
}

/**
 * `_entities` returns a type without naming it in the document when only `__typename` is selected, so that the rule on
 * the document does not see it. The reference resolver refuses by itself.
 */
export function guardReferences(schema: GraphQLSchema, rules: AccessRules): void {
  for (const { name } of Object.values(schema.getTypeMap())) {
    const rule = rules.get(name);
    const references = referencesOf(schema, name);
    const resolveReference = references?.resolveReference;
    if (rule?.kind !== 'role' || !references || !resolveReference) continue;
    const requirements = [{ coordinate: name, role: rule.role }];
    references.resolveReference = (reference, context, info) => {
      assertMayRun(context.viewer, requirements);
      return resolveReference(reference, context, info);
    };
  }
}

/**
 * Answers `_entities` as @apollo/subgraph does, which makes promises for each entity also where its resolver has it at
 * once. Interfaces, and types that there are not, are left to it.
 */
export function answerEntities(schema: GraphQLSchema): void {
  const field = schema.getQueryType()?.getFields()._entities;
  const byApollo = field?.resolve;
  if (!field || !byApollo) return;
  const resolve: GraphQLFieldResolver<unknown, Asking, References> = (source, given, context, info) => {
    const { representations } = given;
    const areObjects = representations.every(({ __typename }) => isObjectType(schema.getType(__typename)));
    if (!areObjects) return byApollo(source, given, context, info);
    return representations.map((representation) => {
      const { __typename } = representation;
      const resolveReference = referencesOf(schema, __typename)?.resolveReference;
      const found = resolveReference ? resolveReference(representation, context, info) : representation;
      return isPromise(found)
        ? found.then((entity) => named(entity, __typename), failed)
        : named(found, __typename);
    });
  };
  field.resolve = resolve;
}

/** Undefined for what is no object type, or has nothing of the kind. */
function referencesOf(schema: GraphQLSchema, typename: string): ApolloExtensions['subgraph'] {
  const type = schema.getType(typename);
  return isObjectType(type) ? (type.extensions.apollo as ApolloExtensions | undefined)?.subgraph : undefined;
}

const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  isObject(value) && typeof value.then === 'function';

/** Given as a value, by which it is the error of this entity alone; the compiler gives rejections to others of the list. */
const failed = (error: unknown) => (error instanceof Error ? error : new Error(String(error)));

/** By which `_Entity` knows of which type it is; what is listed of the entity does not change. */
function named(entity: unknown, __typename: string): unknown {
  if (!isObject(entity) || entity.__typename === __typename) return entity;
  if ('__typename' in entity || !Object.isExtensible(entity)) return { ...entity, __typename };
  return Object.defineProperty(entity, '__typename', { value: __typename });
}
