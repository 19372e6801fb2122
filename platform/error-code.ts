/** The `code` of whatever was thrown; Node's own errors and node-postgres's carry one. */
export function errorCode(error: unknown): unknown {
  return typeof error === 'object' && error !== null ? Reflect.get(error, 'code') : undefined;
}

/** What was thrown in words, or by its code where it has none: Node's failure to connect to several addresses. */
export function errorMessage(error: unknown): string {
  const message: unknown =
    typeof error === 'object' && error !== null ? Reflect.get(error, 'message') : error;
  return String(message || errorCode(error));
}
