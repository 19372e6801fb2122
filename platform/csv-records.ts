/** A record, or what is wrong with it, by the line of the text that it begins in; the first one is 1. */
export type CsvRecord =
  | { readonly line: number; readonly fields: readonly string[] }
  | { readonly line: number; readonly flaw: string };

/** In characters. Nothing that somebody meant to write is longer; more than that is never kept. */
export const longestRecord = 65_536;

const quote = '"';
const flaws = {
  open: `A quote is opened here and not closed within ${longestRecord} characters.`,
  afterQuote: 'There is text after a closing quote; a quote inside of quotes is written twice.',
  bare: 'There is a quote in a field that does not begin with one.',
  long: `This line has more than ${longestRecord} characters.`,
} as const;

type Flaw = keyof typeof flaws;
/** `more`: it may go on in text that is still to come. */
type Unfinished = { readonly flaw: Flaw } | 'more';
type Scan = { readonly fields: readonly string[]; readonly end: number } | Unfinished;
type FieldScan = { readonly value: string; readonly end: number } | Unfinished;

/**
 * Parts CSV (RFC 4180, with any delimiter) into its records as the text comes, in the memory of one record. Empty lines
 * are left out. What is malformed costs its own line alone, and reading goes on with the next: csv-parse, told to skip
 * such a record, takes what follows for quoted up to the next quote, and keeps all of it.
 */
export class CsvRecords {
  readonly #delimiter: string;
  #text = '';
  #line = 1;
  /** In a line that is too long, and was told of. */
  #skipping = false;

  /** @param delimiter one character */
  constructor(delimiter: string) {
    this.#delimiter = delimiter;
  }

  /** Every record that ends in what has come so far. */
  *read(text: string): Generator<CsvRecord> {
    this.#text += text;
    yield* this.#take(false);
  }

  /** What is left when nothing more comes. */
  *end(): Generator<CsvRecord> {
    yield* this.#take(true);
  }

  *#take(isEnd: boolean): Generator<CsvRecord> {
    let position = 0;
    while (position < this.#text.length) {
      const lineEnd = this.#lineEnd(position);
      if (this.#skipping || (lineEnd ?? this.#text.length) - position > longestRecord) {
        if (!this.#skipping) yield { line: this.#line, flaw: flaws.long };
        this.#skipping = lineEnd === undefined;
        position = this.#nextLine(lineEnd);
        continue;
      }
      if (lineEnd === undefined && !isEnd) break;
      const found = this.#recordAt(position, lineEnd ?? this.#text.length, isEnd);
      if (found === 'more') break;
      if ('flaw' in found) {
        yield { line: this.#line, flaw: flaws[found.flaw] };
        position = this.#nextLine(lineEnd);
        continue;
      }
      const { fields, end } = found;
      if (fields.length > 1 || fields[0] !== '') yield { line: this.#line, fields };
      this.#line += countLines(this.#text, position, end);
      position = end;
    }
    this.#text = this.#text.slice(position);
  }

  #lineEnd(from: number): number | undefined {
    const found = this.#text.indexOf('\n', from);
    return found < 0 ? undefined : found;
  }

  /** @param lineEnd of the line that is done with; undefined where that is all there is */
  #nextLine(lineEnd: number | undefined): number {
    if (lineEnd === undefined) return this.#text.length;
    this.#line += 1;
    return lineEnd + 1;
  }

  #recordAt(start: number, lineEnd: number, isEnd: boolean): Scan {
    const line = this.#text.slice(start, lineEnd);
    if (line.includes(quote)) return this.#quotedRecordAt(start, isEnd);
    return { fields: withoutReturn(line).split(this.#delimiter), end: lineEnd + 1 };
  }

  #quotedRecordAt(start: number, isEnd: boolean): Scan {
    const fields: string[] = [];
    for (let position = start; ; ) {
      const isQuoted = this.#text[position] === quote;
      const field = isQuoted ? this.#quotedField(position, start, isEnd) : this.#plainField(position, isEnd);
      if (field === 'more' || 'flaw' in field) return field;
      if (field.end - start > longestRecord) return { flaw: 'long' };
      fields.push(field.value);
      position = field.end + 1;
      if (this.#text[field.end] !== this.#delimiter) return { fields, end: position };
    }
  }

  #plainField(start: number, isEnd: boolean): FieldScan {
    const lineEnd = this.#lineEnd(start);
    const delimiter = this.#text.indexOf(this.#delimiter, start);
    const isLast = delimiter < 0 || (lineEnd !== undefined && delimiter > lineEnd);
    const end = isLast ? (lineEnd ?? this.#text.length) : delimiter;
    const text = this.#text.slice(start, end);
    if (text.includes(quote)) return { flaw: 'bare' };
    if (isLast && lineEnd === undefined && !isEnd)
      return text.length > longestRecord ? { flaw: 'long' } : 'more';
    return { value: isLast ? withoutReturn(text) : text, end };
  }

  #quotedField(start: number, recordStart: number, isEnd: boolean): FieldScan {
    for (let from = start + 1; ; ) {
      const closing = this.#text.indexOf(quote, from);
      const isTooLong = (closing < 0 ? this.#text.length : closing) - recordStart > longestRecord;
      if (isTooLong || (closing < 0 && isEnd)) return { flaw: 'open' };
      // What follows a quote tells whether it closes.
      if (!isEnd && (closing < 0 || closing + 2 >= this.#text.length)) return 'more';
      if (this.#text[closing + 1] === quote) {
        from = closing + 2;
        continue;
      }
      const end = this.#text.startsWith('\r\n', closing + 1) ? closing + 2 : closing + 1;
      if (!this.#endsField(end)) return { flaw: 'afterQuote' };
      return { value: this.#text.slice(start + 1, closing).replaceAll('""', quote), end };
    }
  }

  #endsField(position: number): boolean {
    const next = this.#text[position];
    return next === undefined || next === '\n' || next === this.#delimiter;
  }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line;
}

function countLines(text: string, start: number, end: number): number {
  let count = 0;
  for (let found = text.indexOf('\n', start); found >= 0 && found < end; count += 1)
    found = text.indexOf('\n', found + 1);
  return count;
}
