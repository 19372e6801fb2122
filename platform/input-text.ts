import { badUserInput } from './errors.ts';
import type { Optional } from './optional-input.ts';

export interface TextBounds {
  /** The input field's name, as the client wrote it. */
  readonly field: string;
  readonly min?: number;
  /** In characters (code points), after trimming. */
  readonly max: number;
  /** Line feeds and tabs are allowed. */
  readonly multiline?: boolean;
}

/** U+2028 and U+2029 end a line as a line feed does. */
const controls = /[\p{Cc}\p{Zl}\p{Zp}]/u;
const controlsButLines = /[^\P{Cc}\n\t]/u;
/** Unicode's embeddings, overrides and isolates (UAX #9): they let a name show as another one. */
const bidiOverrides = /[\u202A-\u202E\u2066-\u2069]/u;
const loneSurrogates = /\p{Cs}/u;
/**
 * Unicode's Stream-Safe Text Format (UAX #15, 13) has 30 marks in a row at most, and no language needs as many. To put
 * more of them in order takes a time that grows with the square of their number.
 */
const mostMarks = 30;
const tooManyMarks = new RegExp(`\\p{M}{${mostMarks + 1}}`, 'u');
/** In UTF-16 units: what NFC writes as one character is four code points apart, at most. */
const longestSpelling = 4 * 2;

/**
 * Trimmed and NFC.
 * @throws BAD_USER_INPUT for control characters, bidi overrides, heaps of marks, or a length out of bounds
 */
export function cleanText(value: string, { field, min = 1, max, multiline = false }: TextBounds): string {
  const written = (multiline ? value.replaceAll('\r\n', '\n') : value).trim();
  if (written.length > max * longestSpelling) {
    throw badUserInput(field, `${field} must have ${min} to ${max} characters; it has more.`);
  }
  if (tooManyMarks.test(written)) {
    throw badUserInput(field, `${field} must not have more than ${mostMarks} combining marks in a row.`);
  }
  const text = written.normalize('NFC');
  if ((multiline ? controlsButLines : controls).test(text) || loneSurrogates.test(text)) {
    throw badUserInput(field, `${field} must not contain control characters.`);
  }
  if (bidiOverrides.test(text)) {
    throw badUserInput(field, `${field} must not contain bidirectional override characters.`);
  }
  // UTF-16 length is at least the number of code points, so that most texts are never spread.
  const length = text.length <= max ? text.length : [...text].length;
  if (length < min || length > max) {
    throw badUserInput(field, `${field} must have ${min} to ${max} characters; it has ${length}.`);
  }
  return text;
}

/** As cleanText; what is not given is null, and what is given must not be empty. */
export function cleanGivenText(value: Optional<string>, bounds: TextBounds): string | null {
  return value === null || value === undefined ? null : cleanText(value, bounds);
}

/** As cleanText; null, undefined and (where nothing remains after trimming) empty become null. */
export function cleanOptionalText(value: Optional<string>, bounds: TextBounds): string | null {
  if (value === null || value === undefined) return null;
  const text = cleanText(value, { ...bounds, min: 0 });
  return text === '' ? null : text;
}
