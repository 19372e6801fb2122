/** RFC 3339's date-time (section 5.6): an offset is a must, the fraction is optional. */
const dateTime = /^(\d{4})-(\d{2})-(\d{2})T([01]\d|2[0-3]):(\d{2}):(\d{2})(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/i;

/** Undefined for what is no moment, or none that the database can keep. */
export function readRfc3339(text: string): Date | undefined {
  const match = dateTime.exec(text);
  const time = match ? new Date(match[0].toUpperCase()) : undefined;
  if (!match || !time || Number.isNaN(time.getTime())) return undefined;
  return isRealDay(match) && isKeepable(time) ? time : undefined;
}

/** `Date` reads 30 February as 2 March. */
function isRealDay([, year, month, day]: RegExpExecArray): boolean {
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  return date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
}

/**
 * An offset may carry a moment over the ends of what an ISO date of four digits, and so the database, can say. What the
 * database says of a year below 100 `Date` takes for one of the last century.
 */
function isKeepable(time: Date): boolean {
  return time.getUTCFullYear() >= 100 && time.getUTCFullYear() <= 9999;
}
