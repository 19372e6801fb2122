export const rootTypes = ['Query', 'Mutation', 'Subscription'];

/** Compares names of types: root types first, the others by name. */
export function byRootThenName(a: string, b: string): number {
  const rank = (type: string) => (rootTypes.includes(type) ? rootTypes.indexOf(type) : rootTypes.length);
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}
