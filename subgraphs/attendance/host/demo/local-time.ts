const dayLength = 24 * 60 * 60 * 1000;

/** @param day `YYYY-MM-DD` */
export function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * dayLength).toISOString().slice(0, 10);
}

/** 0 is Sunday. */
export function weekdayOf(day: string): number {
  return new Date(day).getUTCDay();
}

/** The last such weekday before a day, never that day itself. */
export function lastWeekday(day: string, weekday: number): string {
  return addDays(day, -(((weekdayOf(day) - weekday + 6) % 7) + 1));
}

/**
 * The moment at which clocks in a zone show a time of a day. One of the hour that a change of clocks leaves out, or
 * shows twice, is off by that hour.
 * @param time `HH:MM`
 */
export function momentAt(day: string, time: string, timezone: string): Date {
  const shown = Date.parse(`${day}T${time}Z`);
  const guess = shown - offsetAt(shown, timezone);
  return new Date(shown - offsetAt(guess, timezone));
}

/** How far clocks in a zone are ahead of UTC, in milliseconds. */
function offsetAt(moment: number, timezone: string): number {
  const format = new Intl.DateTimeFormat('en', { timeZone: timezone, timeZoneName: 'longOffset' });
  const name = format.formatToParts(moment).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)/.exec(name) ?? [];
  if (sign === undefined) return 0;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
