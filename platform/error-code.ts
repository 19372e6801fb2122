/** The `code` of whatever was thrown; Node's own errors and node-postgres's carry one. */
export function errorCode(error: unknown): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
}
