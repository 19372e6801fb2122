const separators = /[\s\p{Pd}._]/gu;
/** ISO/IEC 7812 allows 8 to 19 digits; issuers give 12 and more. */
const digitRun = /\p{Nd}{12,19}/u;

/** Whether a card number may stand in a text. It must not be kept or logged (PCI DSS 3.2). */
export function looksLikeCardNumber(text: string): boolean {
  return digitRun.test(text.replaceAll(separators, ''));
}
