/** bcrypt reads 72 bytes and drops the rest in silence. */
export const mostPasswordBytes = 72;
export const leastPasswordBytes = 8;

export type PasswordFault = 'TOO_SHORT' | 'TOO_LONG' | 'MALFORMED';

/** What keeps a text from being a password; it is otherwise taken as typed, never trimmed or normalised. */
export function passwordFault(password: string): PasswordFault | undefined {
  const bytes = Buffer.byteLength(password);
  if (bytes > mostPasswordBytes) return 'TOO_LONG';
  if (bytes < leastPasswordBytes) return 'TOO_SHORT';
  // Every lone surrogate becomes the same replacement character in UTF-8: such passwords would stand for each other.
  return password.isWellFormed() ? undefined : 'MALFORMED';
}
