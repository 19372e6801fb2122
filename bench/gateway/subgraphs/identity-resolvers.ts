import { numberOf, userCount, userRow } from '../world.ts';

export function identityResolvers(): object {
  const users = Array.from({ length: userCount }, (_, number) => userRow(number));
  const find = (id: string) => users[numberOf(id)] ?? null;
  return {
    Query: { user: (_root: unknown, { id }: { id: string }) => find(id) },
    User: { __resolveReference: ({ id }: { id: string }) => find(id) },
  };
}
