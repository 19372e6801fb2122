/**
 * SQLSTATE codes that say "not now" rather than "not like this": among them a lock that somebody held too long, and a
 * transaction that this process held too long.
 */
const unavailableStates = new Set('08000 08001 08003 08006 25P03 53300 55P03 57P01 57P02 57P03'.split(' '));
const unavailableErrnos = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'ENOENT',
]);
/** node-postgres gives these no code. */
const unavailableMessages =
  /timeout exceeded when trying to connect|Connection terminated|is not queryable|Cannot use a pool after calling end/;

/** The server is gone, restarting or full, or every connection of the pool stayed busy too long. */
export function isDatabaseUnavailable(error: unknown): boolean {
  return causes(error).some(
    (cause) =>
      unavailableStates.has(String(cause.code)) ||
      (unavailableErrnos.has(String(cause.code)) && cause.syscall !== 'open') ||
      unavailableMessages.test(String(cause.message)),
  );
}

/** The constraint that a statement violated, so that a store can turn it into an outcome. */
export function violatedConstraint(error: unknown): string | undefined {
  const violation = causes(error).find((cause) => String(cause.code).startsWith('23'));
  return typeof violation?.constraint === 'string' ? violation.constraint : undefined;
}

interface Failure {
  readonly code?: unknown;
  readonly constraint?: unknown;
  readonly syscall?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
}

/** Drizzle wraps what node-postgres throws, and so on down. */
function causes(error: unknown): Failure[] {
  const chain: Failure[] = [];
  for (let next = error; typeof next === 'object' && next !== null && chain.length < 5; ) {
    const failure: Failure = next;
    chain.push(failure);
    next = failure.cause;
  }
  return chain;
}
