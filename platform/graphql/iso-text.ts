const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;
/** Between them the year has four digits and no sign; what is older is rare. */
const earliest = Date.UTC(1900, 0, 1);
const latest = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

const dash = 0x2d;
const colon = 0x3a;
const dot = 0x2e;
const letterT = 0x54;
const letterZ = 0x5a;

/** The code of the digit that counts the `unit`s. */
const digit = (number: number, unit: number) => 0x30 + (Math.floor(number / unit) % 10);

/** As `Date.prototype.toISOString`, which takes four times as long: lists are full of moments. @throws RangeError */
export function isoText(date: Date): string {
  const time = date.getTime();
  if (!(time >= earliest && time <= latest)) return date.toISOString();
  const days = Math.floor(time / day);
  const ofDay = time - days * day;
  const { year, month, dayOfMonth } = civilDay(days);
  const hours = Math.floor(ofDay / hour);
  const minutes = Math.floor((ofDay % hour) / minute);
  const seconds = Math.floor((ofDay % minute) / second);
  const milliseconds = ofDay % second;
  // At once: what is put together of pieces is put together again when the answer is written.
  // biome-ignore format: as it is read
  return String.fromCharCode(
    digit(year, 1_000), digit(year, 100), digit(year, 10), digit(year, 1), dash,
    digit(month, 10), digit(month, 1), dash, digit(dayOfMonth, 10), digit(dayOfMonth, 1), letterT,
    digit(hours, 10), digit(hours, 1), colon, digit(minutes, 10), digit(minutes, 1), colon,
    digit(seconds, 10), digit(seconds, 1), dot,
    digit(milliseconds, 100), digit(milliseconds, 10), digit(milliseconds, 1), letterZ,
  );
}

/**
 * H. Hinnant, "chrono-Compatible Low-Level Date Algorithms", civil_from_days: years begin in March, so that a leap day is
 * the last of one.
 * @param days since 1970-01-01, of a year after 0
 */
function civilDay(days: number) {
  const sinceMarch = days + 719_468;
  const era = Math.floor(sinceMarch / 146_097);
  const dayOfEra = sinceMarch - era * 146_097;
  const leapDays =
    Math.floor(dayOfEra / 1_460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const dayOfMonth = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfMonth };
}
