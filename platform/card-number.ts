/** What programs name things with, UUIDs and digests: of their digits some would pass for a card's. */
const identifiers = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{24,}/gi;
/** Digits with whatever may stand between them, zero-width characters included. */
const digitRuns = /\p{Nd}[^\p{L}]*/gu;
/** ISO/IEC 7812 allows 8 to 19 digits; issuers give 12 and more. */
const [fewestDigits, mostDigits] = [12, 19];
/** The issuers' first digits: times of day and counters begin with others. */
const issued = /^(?:[3-6]|2[2-7])/;

/**
 * Whether a card number stands in a text, alone or among other things, however its digits are parted. It must not be
 * kept or logged (PCI DSS 3.2).
 * @param text bounded: each group of digits is looked at together with those behind it
 */
export function holdsCardNumber(text: string): boolean {
  const runs = text.normalize('NFKC').replaceAll(identifiers, 'x').match(digitRuns) ?? [];
  return runs.some((run) => hasCardNumber(run.match(/\d+/g) ?? []));
}

/** Of groups of digits that stand next to one another: a card number begins and ends with one. */
function hasCardNumber(groups: readonly string[]): boolean {
  return groups.some((_group, first) => {
    let digits = '';
    for (const group of groups.slice(first)) {
      digits += group;
      if (digits.length > mostDigits) return false;
      if (digits.length >= fewestDigits && issued.test(digits) && passesLuhn(digits)) return true;
    }
    return false;
  });
}

/** ISO/IEC 7812-1, annex B. */
function passesLuhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const weighed = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (weighed > 9 ? weighed - 9 : weighed);
  }, 0);
  return sum % 10 === 0;
}
