/** What JSON calls an object: no list, no null. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** GraphQL over HTTP tells no difference between a member that is null and one that is not there. */
export function isAbsent(value: unknown): value is null | undefined {
  return value === null || value === undefined;
}
