const formats = new Map<string, Intl.DateTimeFormat>();

/** The day, `YYYY-MM-DD`, that clocks in a zone show at a moment. */
export function localDay(at: Date, timezone: string): string {
  let format = formats.get(timezone);
  if (!format) {
    // en-CA writes dates as ISO 8601 does.
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone: timezone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
    formats.set(timezone, format);
  }
  return format.format(at);
}
