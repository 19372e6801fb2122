import type { CsvRecord } from '@tixgo/platform/csv-records.ts';
import type { RowError } from '../../domain/ticket-import.ts';
import type { ImportedRow } from '../../store/imported-ticket-store.ts';
import { checkRow } from './check-row.ts';
import { ImportRefused } from './import-refused.ts';
import { ListRecords } from './list-records.ts';

/** Some of a list: enough for one short transaction. */
export interface ListPart {
  readonly bytesRead: number;
  readonly rowsRead: number;
  readonly tickets: readonly ImportedRow[];
  /** Of each bad row one or more. */
  readonly errors: readonly RowError[];
  /** Once they are known. */
  readonly ignoredColumns: readonly string[] | undefined;
}

export interface ListBounds {
  /** Of the event; none: it takes any. */
  readonly gates: readonly string[];
  readonly mostRows: number;
}

const rowsOfPart = 1_000;
/** In characters: rows keep the text alive that they stand in. */
const textOfPart = 1_048_576;
/** Between two parts of a list that comes slowly, in milliseconds. */
const longestWait = 1_000;

/**
 * Reads a list of tickets as it comes, in parts.
 * @throws ImportRefused for a file that is no such list
 */
export async function* readTicketList(
  chunks: AsyncIterable<Buffer>,
  bounds: ListBounds,
): AsyncGenerator<ListPart> {
  // It leaves a byte order mark out, and puts U+FFFD in the place of what is no UTF-8.
  const decoder = new TextDecoder();
  const records = new ListRecords();
  const part = new PartInMaking(records, bounds);
  for await (const chunk of chunks) {
    part.bytes += chunk.length;
    yield* part.add(records.read(decoder.decode(chunk, { stream: true })));
    if (performance.now() - part.since > longestWait) yield part.take();
  }
  yield* part.add(records.read(decoder.decode()));
  yield* part.add(records.end());
  yield part.take();
}

class PartInMaking {
  bytes = 0;
  since = performance.now();
  readonly #list: ListRecords;
  readonly #bounds: ListBounds;
  #rowsInAll = 0;
  #rows = 0;
  #text = 0;
  #tickets: ImportedRow[] = [];
  #errors: RowError[] = [];

  constructor(list: ListRecords, bounds: ListBounds) {
    this.#list = list;
    this.#bounds = bounds;
  }

  /** Yields what is whole on the way. */
  *add(records: Iterable<CsvRecord>): Generator<ListPart> {
    for (const record of records) {
      const row = checkRow(record, this.#list.header, this.#bounds.gates);
      if (row === 'blank') continue;
      this.#count();
      if ('fields' in record) for (const field of record.fields) this.#text += field.length;
      if ('ticket' in row) this.#tickets.push(row.ticket);
      else this.#errors.push(...row.errors);
      if (this.#rows >= rowsOfPart || this.#text >= textOfPart) yield this.take();
    }
  }

  #count(): void {
    const { mostRows } = this.#bounds;
    this.#rows += 1;
    this.#rowsInAll += 1;
    if (this.#rowsInAll > mostRows)
      throw new ImportRefused(`The file has more than ${mostRows} rows; import it in pieces.`);
  }

  take(): ListPart {
    const part = {
      bytesRead: this.bytes,
      rowsRead: this.#rows,
      tickets: this.#tickets,
      errors: this.#errors,
      ignoredColumns: this.#list.isOpen ? this.#list.header.ignored : undefined,
    };
    [this.bytes, this.#rows, this.#text, this.#tickets, this.#errors] = [0, 0, 0, [], []];
    this.since = performance.now();
    return part;
  }
}
