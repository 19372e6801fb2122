import { ApiError, badUserInput } from '@tixgo/platform/errors.ts';
import { cleanOptionalText, cleanText } from '@tixgo/platform/input-text.ts';
import { leastPasswordBytes, mostPasswordBytes, passwordFault } from '../domain/password.ts';
import { usernameKey } from '../domain/username.ts';

const leastUsername = 3;
const mostUsername = 64;
/** Format characters, the blank of Braille and the object replacement: names with them look like others. */
const unprintable = /[\p{Cf}\u2800\uFFFC]/u;
/** Full-width forms as well: it is asked of the form in which names are compared. */
const webAddress = /:\/\/|(?<!\S)www\./;
/** Only mail that arrives proves an address; this stops what cannot be one. */
const emailForm = /^[^\s@<>"(),:;\\]+@[^\s@<>"(),:;\\.]+(\.[^\s@<>"(),:;\\.]+)+$/u;

/** @throws BAD_USER_INPUT */
export function cleanUsername(username: string, field = 'username'): string {
  const name = cleanText(username, { field, min: leastUsername, max: mostUsername });
  if (unprintable.test(name))
    throw badUserInput(field, `${field} must not contain characters that nobody sees.`);
  const key = usernameKey(name);
  if (webAddress.test(key))
    throw badUserInput(field, `${field} must not look like the address of a web page.`);
  if ([...key].length < leastUsername) {
    throw badUserInput(field, `${field} must have at least ${leastUsername} characters that can be seen.`);
  }
  return name;
}

/** Of a login: any text that could be somebody's. A short one is nobody's, and not told from a wrong one. */
export function cleanLoginName(username: string): string {
  return cleanText(username, { field: 'username', max: mostUsername });
}

export function cleanEmail(email: string | null | undefined): string | null {
  const address = cleanOptionalText(email, { field: 'email', max: 254 });
  if (address !== null && !emailForm.test(address)) {
    throw badUserInput('email', 'email must be an address such as name@example.org.');
  }
  return address;
}

/** @throws PASSWORD_TOO_LONG, or BAD_USER_INPUT */
export function assertPassword(password: string, field: string): void {
  const bytes = Buffer.byteLength(password);
  switch (passwordFault(password)) {
    case 'TOO_LONG': {
      const message = `${field} must have at most ${mostPasswordBytes} bytes of UTF-8; it has ${bytes}.`;
      throw new ApiError('PASSWORD_TOO_LONG', message, { field });
    }
    case 'TOO_SHORT':
      throw badUserInput(
        field,
        `${field} must have at least ${leastPasswordBytes} bytes of UTF-8; it has ${bytes}.`,
      );
    case 'MALFORMED':
      throw badUserInput(field, `${field} must be well-formed Unicode.`);
    case undefined:
  }
}
