import { buildSubgraphSchema } from '@apollo/subgraph';
import type { ToldResult } from '@tixgo/platform/graphql/subgraph.ts';
import {
  type DocumentNode,
  execute,
  type GraphQLFieldResolver,
  type GraphQLSchema,
  type GraphQLTypeResolver,
  isInterfaceType,
  isObjectType,
  OperationTypeNode,
  parse,
} from 'graphql';
import { type FakeWorld, isThing, sorted, type Thing } from './fake-world.ts';
import { type FederationFacts, picked, type SubgraphText, selectionSetOf } from './federation-facts.ts';

/** The root fields of mutations, in the order in which they ran. */
export type MutationLog = string[];

export interface FakeSubgraph {
  readonly name: string;
  readonly schema: GraphQLSchema;
  execute(world: FakeWorld, log: MutationLog, query: string, variables: object): Promise<ToldResult>;
}

interface Asked {
  readonly world: FakeWorld;
  readonly log: MutationLog;
}

const queryRoot: Thing = { __typename: 'Query', number: 0 };
const mutationRoot: Thing = { __typename: 'Mutation', number: 0 };

/** One service of the world: it has what its text says, and nothing else. */
export function fakeSubgraph({ name, sdl }: SubgraphText, facts: FederationFacts): FakeSubgraph {
  const schema = buildSubgraphSchema([{ typeDefs: parse(sdl) }]);
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    type.extensions = {
      ...type.extensions,
      apollo: { subgraph: { resolveReference: referenceIn(name, schema) } },
    };
  }
  const documents = new Map<string, DocumentNode>();
  const fieldResolver = resolving((thing, field) => {
    const required = facts.requiredBy(thing.__typename, field);
    return required === undefined ? undefined : picked(thing.told, selectionSetOf(required));
  });
  return {
    name,
    schema,
    execute: async (world, log, query, variables) => {
      const document = documents.get(query) ?? parse(query);
      documents.set(query, document);
      const contextValue: Asked = { world, log };
      const isMutation = document.definitions.some(
        (one) => one.kind === 'OperationDefinition' && one.operation === OperationTypeNode.MUTATION,
      );
      const { data, errors } = await execute({
        schema,
        document,
        rootValue: isMutation ? mutationRoot : queryRoot,
        contextValue,
        variableValues: { ...variables },
        fieldResolver,
        typeResolver,
      });
      // As it comes over a network.
      const sent = { data, ...(errors && { errors: errors.map((error) => error.toJSON()) }) };
      return JSON.parse(JSON.stringify(sent)) as ToldResult;
    },
  };
}

/** The answer of one service that has everything, by graphql-js alone. */
export async function monolithAnswer(
  schema: GraphQLSchema,
  facts: FederationFacts,
  world: FakeWorld,
  log: MutationLog,
  {
    document,
    operationName,
    variables,
  }: { document: DocumentNode; operationName: string; variables: object },
): Promise<ToldResult> {
  const operation = document.definitions.find(
    (one) => one.kind === 'OperationDefinition' && one.name?.value === operationName,
  );
  const isMutation = operation?.kind === 'OperationDefinition' && operation.operation === 'mutation';
  const { data, errors } = await execute({
    schema,
    document,
    operationName,
    rootValue: isMutation ? mutationRoot : queryRoot,
    contextValue: { world, log } satisfies Asked,
    variableValues: { ...variables },
    fieldResolver: resolving((thing, field) => {
      const required = facts.requiredBy(thing.__typename, field);
      return required === undefined ? undefined : world.required(thing, required);
    }),
    typeResolver,
  });
  const sent = { data, ...(errors && { errors: errors.map((error) => error.toJSON()) }) };
  return JSON.parse(JSON.stringify(sent)) as ToldResult;
}

/** At once: graphql-js forgets the promises of a list that has a null where none may be, and one that rejects ends the process. */
function resolving(
  requiredOf: (thing: Thing, field: string) => unknown,
): GraphQLFieldResolver<unknown, Asked> {
  return (source, args, { world, log }, { fieldName, returnType, path, operation }) => {
    if (!isThing(source)) throw new Error(`Nothing to resolve ${fieldName} on`);
    if (path.prev === undefined && operation.operation === OperationTypeNode.MUTATION)
      log.push(`${fieldName} ${sorted(args)}`);
    return world.value(source, { name: fieldName, type: returnType }, args, requiredOf(source, fieldName));
  };
}

const typeResolver: GraphQLTypeResolver<unknown, Asked> = (value, _asked, { schema }, type) => {
  if (!isThing(value)) return undefined;
  return schema.getType(value.__typename) ? value.__typename : type.name;
};

function referenceIn(subgraph: string, schema: GraphQLSchema) {
  return (reference: Record<string, unknown>, { world }: Asked) => {
    const thing = world.referenced(subgraph, reference);
    if (!thing) return null;
    // A subgraph with an @interfaceObject knows none of its types.
    return schema.getType(thing.__typename) ? thing : { ...thing, __typename: String(reference.__typename) };
  };
}
