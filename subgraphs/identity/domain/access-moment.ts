/*
 * Tokens issued before a change of access are refused, so that the two moments must compare as the two happened. The
 * row locks give the order; a clock alone does not, within one millisecond or between two machines.
 */

/** When a token counts as issued: never before the change whose outcome it carries. */
export function issueMoment(now: Date, accessChangedAt: Date): Date {
  return latest(now, accessChangedAt);
}

/** When a change of access counts as made: after every token that was issued before it. */
export function changeMoment(now: Date, lastIssued: Date | null, previousChange?: Date): Date {
  const afterIssued = lastIssued === null ? now : new Date(lastIssued.getTime() + 1);
  return latest(now, afterIssued, previousChange ?? now);
}

function latest(...moments: readonly Date[]): Date {
  return new Date(Math.max(...moments.map((moment) => moment.getTime())));
}
