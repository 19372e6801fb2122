import { type CsvRecord, CsvRecords } from '@tixgo/platform/csv-records.ts';
import { type ImportHeader, readImportHeader } from '../../domain/import-header.ts';
import { ImportRefused } from './import-refused.ts';

const notUtf8 = 'The file is no text in UTF-8; save it as "CSV UTF-8" and send that.';
const delimiters = [',', ';', '\t'] as const;

/** The rows of a list whose first line tells the delimiter, by being a list of tickets' with no other. */
export class ListRecords {
  #head = '';
  #open: { readonly header: ImportHeader; readonly records: CsvRecords } | undefined;

  /** Known before the first row. */
  get header(): ImportHeader {
    if (!this.#open) throw new Error('The first line was not read yet.');
    return this.#open.header;
  }

  get isOpen(): boolean {
    return this.#open !== undefined;
  }

  /** @throws ImportRefused for a first line that no list of tickets begins with */
  *read(text: string): Generator<CsvRecord> {
    if (this.#open) yield* this.#open.records.read(text);
    else {
      this.#head += text;
      yield* this.#begin(false);
    }
  }

  /** As above. */
  *end(): Generator<CsvRecord> {
    if (!this.#open) yield* this.#begin(true);
    yield* this.#open?.records.end() ?? [];
  }

  *#begin(isEnd: boolean): Generator<CsvRecord> {
    const firsts = delimiters.map((delimiter) => firstRecord(this.#head, delimiter, isEnd));
    const isWhole = firsts.every((first) => first !== undefined);
    if (!isWhole && !isEnd) return;
    const { header, delimiter } = chooseDelimiter(firsts);
    const records = new CsvRecords(delimiter);
    this.#open = { header, records };
    let isHeader = true;
    for (const record of records.read(this.#head)) {
      if (!isHeader) yield record;
      isHeader = false;
    }
    if (isHeader) for (const _header of records.end());
    this.#head = '';
  }
}

/** Undefined while it may go on. */
function firstRecord(text: string, delimiter: string, isEnd: boolean): CsvRecord | undefined {
  const records = new CsvRecords(delimiter);
  for (const record of records.read(text)) return record;
  if (isEnd) for (const record of records.end()) return record;
  return undefined;
}

/** @throws ImportRefused */
function chooseDelimiter(firsts: readonly (CsvRecord | undefined)[]) {
  // Every other byte of UTF-16 is none.
  if (firsts.some((first) => first && 'fields' in first && first.fields.join('').includes('\0')))
    throw new ImportRefused(notUtf8);
  const read = firsts.map((first) =>
    first && 'fields' in first ? { fields: first.fields, header: readImportHeader(first.fields) } : undefined,
  );
  const [best] = delimiters
    .flatMap((delimiter, index) => {
      const header = read[index]?.header;
      return typeof header === 'object' ? [{ delimiter, header }] : [];
    })
    .sort((one, other) => other.header.width - one.header.width);
  if (best) return best;
  throw new ImportRefused(whyNot(firsts, read));
}

/** In the words of the delimiter that finds most columns. */
function whyNot(
  firsts: readonly (CsvRecord | undefined)[],
  read: readonly (
    | { readonly fields: readonly string[]; readonly header: ImportHeader | string }
    | undefined
  )[],
): string {
  const [widest] = read
    .filter((each) => each !== undefined)
    .sort((one, other) => other.fields.length - one.fields.length);
  const text = widest?.fields.join('') ?? '';
  if (text.includes('\uFFFD')) return notUtf8;
  if (text.includes('\r'))
    return 'The lines end with a carriage return alone; save the file with line feeds.';
  if (typeof widest?.header === 'string') return widest.header;
  const [first] = firsts.filter((each) => each !== undefined);
  if (!first) return 'The file is empty.';
  return 'flaw' in first ? `Line ${first.line}: ${first.flaw}` : 'The first line cannot be read.';
}
