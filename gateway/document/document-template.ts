import { Kind, parseValue } from 'graphql';

/** A literal value that stands in the arguments of a field. */
export interface Literal {
  readonly kind: 'Int' | 'Float' | 'String';
  /** As it is written, quotes included. */
  readonly text: string;
}

/** A document without the values that its author wrote into it. */
export interface DocumentTemplate {
  /** The text with a slot for each literal; equal for documents that differ in nothing else. */
  readonly key: string;
  /** By slot. Equal literals share one, so that fields that may be merged still may. */
  readonly literals: readonly Literal[];
  /** The slot of each literal by its place in the text. */
  readonly slotAt: ReadonlyMap<number, number>;
  /** Lexical tokens, as GraphQL counts them. */
  readonly tokens: number;
}

const tab = 0x09;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const space = 0x20;
const quote = 0x22;
const hash = 0x23;
const leftParenthesis = 0x28;
const rightParenthesis = 0x29;
const comma = 0x2c;
const minus = 0x2d;
const dot = 0x2e;
const zero = 0x30;
const nine = 0x39;
const at = 0x40;
const backslash = 0x5c;
const leftBrace = 0x7b;
const rightBrace = 0x7d;
const byteOrderMark = 0xfeff;

const isDigit = (code: number) => code >= zero && code <= nine;
const isNamePart = (code: number) =>
  (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code === 0x5f || isDigit(code);
const isIgnored = (code: number) =>
  code === space ||
  code === lineFeed ||
  code === comma ||
  code === tab ||
  code === carriageReturn ||
  code === byteOrderMark;

/**
 * Reads a document's tokens once, by the lexical grammar of the GraphQL specification (2.1), without making objects of
 * them: some microseconds, so that it can be done for every request. Only literals in the arguments of fields get a
 * slot: those of directives decide what is planned, and those of variables' definitions are defaults.
 * @returns undefined for a text that ends within a string, or has NUL outside of one: it is no document
 */
export function documentTemplate(source: string): DocumentTemplate | undefined {
  return new TemplateReader(source).read();
}

class TemplateReader {
  readonly #source: string;
  readonly #literals: Literal[] = [];
  readonly #slotAt = new Map<number, number>();
  #slots: Map<string, number> | undefined;
  #key = '';
  #copied = 0;
  #tokens = 0;

  constructor(source: string) {
    this.#source = source;
  }

  read(): DocumentTemplate | undefined {
    const source = this.#source;
    const { length } = source;
    let position = 0;
    let braces = 0;
    let inArguments = false;
    let inParentheses = false;
    let afterDirective = false;
    let isDirective = false;
    while (position < length) {
      const code = source.charCodeAt(position);
      if (isIgnored(code)) {
        position += 1;
        continue;
      }
      if (code === hash) {
        position = this.#endOfLine(position);
        continue;
      }
      this.#tokens += 1;
      const start = position;
      const followsDirective = afterDirective;
      afterDirective = false;
      if (code === quote) {
        position = this.#endOfString(position);
        if (position < 0) return undefined;
        if (inArguments) this.#slot('String', start, position);
      } else if (isDigit(code) || code === minus) {
        position = this.#endOfNumber(position);
        if (inArguments) this.#slot(isWhole(source, start, position) ? 'Int' : 'Float', start, position);
      } else if (isNamePart(code)) {
        while (position < length && isNamePart(source.charCodeAt(position))) position += 1;
        afterDirective = isDirective;
      } else {
        // Else its place could be taken for a slot.
        if (code === 0) return undefined;
        position += code === dot && source.startsWith('...', position) ? 3 : 1;
        if (code === leftParenthesis) {
          inParentheses = true;
          inArguments = braces > 0 && !followsDirective;
        } else if (code === rightParenthesis) {
          inParentheses = false;
          inArguments = false;
        } else if (!inParentheses && code === leftBrace) braces += 1;
        else if (!inParentheses && code === rightBrace) braces -= 1;
      }
      isDirective = code === at;
    }
    return {
      key: this.#literals.length === 0 ? source : this.#key + source.slice(this.#copied),
      literals: this.#literals,
      slotAt: this.#slotAt,
      tokens: this.#tokens,
    };
  }

  /** NUL stands in documents within comments and strings alone, where no literal begins. */
  #slot(kind: Literal['kind'], start: number, end: number): void {
    const text = this.#source.slice(start, end);
    const slot = this.#slotOf(kind, text);
    this.#slotAt.set(start, slot);
    this.#key += `${this.#source.slice(this.#copied, start)}\0${kind}${slot}\0`;
    this.#copied = end;
  }

  #slotOf(kind: Literal['kind'], text: string): number {
    this.#slots ??= new Map();
    const said = kind === 'String' ? sayingOf(text) : text;
    const known = this.#slots.get(said);
    if (known !== undefined) return known;
    this.#slots.set(said, this.#literals.length);
    return this.#literals.push({ kind, text }) - 1;
  }

  #endOfLine(position: number): number {
    const source = this.#source;
    let end = position;
    while (end < source.length) {
      const code = source.charCodeAt(end);
      if (code === lineFeed || code === carriageReturn) break;
      end += 1;
    }
    return end;
  }

  /** Below zero when there is none. */
  #endOfString(position: number): number {
    const source = this.#source;
    if (source.startsWith('"""', position)) {
      let end = position + 3;
      for (;;) {
        end = source.indexOf('"""', end);
        if (end < 0) return -1;
        if (source.charCodeAt(end - 1) !== backslash) return end + 3;
        end += 3;
      }
    }
    for (let end = position + 1; end < source.length; end += 1) {
      const code = source.charCodeAt(end);
      if (code === quote) return end + 1;
      if (code === backslash) end += 1;
      else if (code === lineFeed || code === carriageReturn) return -1;
    }
    return -1;
  }

  #endOfNumber(position: number): number {
    let end = position + 1;
    while (end < this.#source.length && isNumberPart(this.#source, end)) end += 1;
    return end;
  }
}

/**
 * The same for strings that are equal to GraphQL's rules (5.3.2), in whatever escapes; a block string is another, which begins
 * as no other literal does.
 */
function sayingOf(text: string): string {
  const isBlock = text.startsWith('"""');
  if (!isBlock && !text.includes('\\')) return text;
  try {
    const value = parseValue(text, { noLocation: true });
    return value.kind === Kind.STRING ? `${isBlock ? 'block ' : '"'}${value.value}"` : text;
  } catch {
    // A syntax error, which the parser tells.
    return text;
  }
}

function isNumberPart(source: string, position: number): boolean {
  const code = source.charCodeAt(position);
  if (isNamePart(code) || code === dot) return true;
  // The sign of an exponent.
  const before = source.charCodeAt(position - 1) | 0x20;
  return (code === minus || code === 0x2b) && before === 0x65;
}

function isWhole(source: string, start: number, end: number): boolean {
  for (let position = start; position < end; position += 1) {
    const code = source.charCodeAt(position);
    if (!isDigit(code) && code !== minus) return false;
  }
  return true;
}
