const separators = /[\s\p{Pd}._]/gu;
/** ISO/IEC 7812 allows 8 to 19 digits; issuers give 12 and more. */
const digitRun = /\p{Nd}{12,19}/u;
const onlyDigits = /^\d{12,19}$/;

/** Whether a card number may stand in a text. It must not be kept or logged (PCI DSS 3.2). */
export function looksLikeCardNumber(text: string): boolean {
  return digitRun.test(text.replaceAll(separators, ''));
}

/** Whether a text is a card number and nothing else: stricter, for texts in which long runs of digits are ordinary. */
export function isCardNumber(text: string): boolean {
  const digits = text.normalize('NFKC').replaceAll(separators, '');
  return onlyDigits.test(digits) && passesLuhn(digits);
}

/** ISO/IEC 7812-1, annex B. */
function passesLuhn(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, index) => {
    const weighed = Number(digit) * (index % 2 === 0 ? 1 : 2);
    return total + (weighed > 9 ? weighed - 9 : weighed);
  }, 0);
  return sum % 10 === 0;
}
