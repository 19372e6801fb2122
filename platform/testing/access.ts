import type { GraphQLSchema } from 'graphql';
import { anonymous, type Role, roles } from '../viewer.ts';
import { type SubgraphClient, userViewer } from './ask.ts';

/** What a coordinate is reached by, and the least role that it takes; null: open to everyone. */
export interface Access {
  readonly operation: string;
  readonly role: Role | null;
}

/** The coordinates of a subgraph's queries and mutations, in the order of their names. */
export function rootFieldsOf(schema: GraphQLSchema): string[] {
  const fields = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
    Object.keys(type?.getFields() ?? {}).map((name) => `${type?.name}.${name}`),
  );
  return fields.filter((field) => !field.startsWith('Query._')).sort();
}

/** The codes with which a coordinate refuses a stranger and each role; undefined where it lets them in. */
export async function refusalsAt(
  client: SubgraphClient,
  coordinate: string,
  operation: string,
): Promise<(string | undefined)[]> {
  const viewers = [anonymous, ...roles.map((role) => userViewer(role))];
  return await Promise.all(
    viewers.map(async (viewer) => {
      const { errors } = await client.answer(operation, {}, viewer);
      const refusal = errors?.find(({ extensions }) => extensions?.coordinate === coordinate);
      return refusal && String(refusal.extensions?.code);
    }),
  );
}

/** What `refusalsAt` answers of a coordinate that takes the role. */
export function refusalsBelow(role: Role | null): (string | undefined)[] {
  const least = role === null ? -1 : roles.indexOf(role);
  return [
    role === null ? undefined : 'UNAUTHENTICATED',
    ...roles.map((_role, index) => (index < least ? 'FORBIDDEN' : undefined)),
  ];
}
