/**
 * The form in which texts are compared without regard to case. Made here, because what the database's own functions
 * fold depends on the locale of its server: under C they know ASCII alone. Upper case comes last, as lower case writes
 * one sigma in two ways.
 */
export function caseKey(text: string): string {
  return text.toLowerCase().toUpperCase().normalize('NFC');
}
