const invisible = /\p{Default_Ignorable_Code_Point}/gu;

/**
 * The form in which usernames are compared: close to Unicode's NFKC_Casefold (chapter 3.13), which JavaScript lacks.
 * Two names of one form read alike: in another case, as full-width or composed letters, or with characters between
 * that nobody sees. Lower, upper, lower folds what one step leaves apart, such as ẞ, ß and SS.
 */
export function usernameKey(username: string): string {
  const plain = username.normalize('NFKC').replaceAll(invisible, '').replaceAll(/\s+/gu, ' ').trim();
  return plain.toLowerCase().toUpperCase().toLowerCase().normalize('NFKC');
}
