import { type ImportColumn, importColumns } from './ticket-import.ts';

/** What a list's columns are, by where they stand. */
export interface ImportHeader {
  readonly columns: ReadonlyMap<ImportColumn, number>;
  readonly width: number;
  /** What says nothing to TixGo, as it is written. */
  readonly ignored: readonly string[];
}

/** How ticket systems call their columns, in lower case and without what is no letter and no digit. */
const spellings: Readonly<Record<ImportColumn, readonly string[]>> = {
  code: ['code', 'ticketcode', 'barcode', 'qrcode', 'secret', 'ticketsecret', 'ticketnumber'],
  name: ['name', 'holder', 'holdername', 'attendee', 'attendeename', 'fullname', 'guestname'],
  type: ['type', 'tickettype', 'tickettypename', 'product', 'productname', 'item', 'category'],
  valid_from: ['validfrom'],
  valid_until: ['validuntil', 'validto'],
  gates: ['gates', 'gate'],
};

const columnOf = new Map(
  importColumns.flatMap((column) => spellings[column].map((spelling) => [spelling, column] as const)),
);

/** @returns words for what is wrong, where no list of tickets begins like this */
export function readImportHeader(fields: readonly string[]): ImportHeader | string {
  const columns = new Map<ImportColumn, number>();
  const ignored: string[] = [];
  for (const [index, field] of fields.entries()) {
    const column = columnOf.get(field.toLowerCase().replace(/[^\p{L}\p{N}]/gu, ''));
    const earlier = column && columns.get(column);
    if (earlier !== undefined)
      return `The columns "${fields[earlier]?.trim()}" and "${field.trim()}" both say the ${column}; leave one of them out.`;
    if (column) columns.set(column, index);
    else ignored.push(shown(field) || `column ${index + 1}`);
  }
  if (columns.has('code')) return { columns, width: fields.length, ignored };
  return `The first line names no column "code" (or ticket_code, barcode, qr_code, secret). It begins: ${shown(fields.join(', '))}`;
}

/** As much of what a stranger wrote as can be told and kept. */
function shown(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/gu, '\uFFFD').trim();
  return line.length > 100 ? `${line.slice(0, 100).toWellFormed()}…` : line;
}
