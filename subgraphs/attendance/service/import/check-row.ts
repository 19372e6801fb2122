import type { CsvRecord } from '@tixgo/platform/csv-records.ts';
import { ApiError, badUserInput } from '@tixgo/platform/errors.ts';
import { cleanText } from '@tixgo/platform/input-text.ts';
import { readRfc3339 } from '@tixgo/platform/rfc3339.ts';
import { longestTicketId } from '../../domain/examination.ts';
import type { ImportHeader } from '../../domain/import-header.ts';
import type { ImportColumn, RowError } from '../../domain/ticket-import.ts';
import type { ImportedRow } from '../../store/imported-ticket-store.ts';

export type CheckedRow =
  | { readonly ticket: ImportedRow }
  | { readonly errors: readonly RowError[] }
  /** Spreadsheets write rows of delimiters alone at the end. */
  | 'blank';

/** What the decoder wrote in the place of bytes that are no UTF-8. */
const replacement = '\uFFFD';
const longestName = 200;
const longestGate = 64;

/** @param gates of the event; none: it takes any */
export function checkRow(record: CsvRecord, header: ImportHeader, gates: readonly string[]): CheckedRow {
  const { line } = record;
  if ('flaw' in record) return { errors: [{ line, field: null, code: null, reason: record.flaw }] };
  const { fields } = record;
  if (fields.every((field) => field.trim() === '')) return 'blank';
  const code = shownCode(fields[header.columns.get('code') ?? -1]);
  if (fields.length !== header.width) {
    const reason = `This row has ${fields.length} columns, and the first line ${header.width}.`;
    return { errors: [{ line, field: null, code, reason }] };
  }
  const errors: RowError[] = [];
  const ticket = ticketOf(line, gates, (column, read) => {
    const text = fields[header.columns.get(column) ?? -1] ?? '';
    try {
      return readField(column, text, read);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      errors.push({ line, field: column, code, reason: error.message });
      return null;
    }
  });
  return errors.length > 0 ? { errors } : { ticket };
}

type FieldReader = <Value>(column: ImportColumn, read: (text: string) => Value) => Value | null;

function ticketOf(line: number, gates: readonly string[], field: FieldReader): ImportedRow {
  const validFrom = field('valid_from', (text) => readMoment('valid_from', text));
  return {
    line,
    code: field('code', (text) => cleanText(text, { field: 'code', max: longestTicketId })) ?? '',
    holderName: field('name', (text) => readName('name', text)),
    typeName: field('type', (text) => readName('type', text)),
    gates: field('gates', (text) => readGates(text, gates)),
    validFrom,
    validUntil: field('valid_until', (text) => readEnd(text, validFrom)),
  };
}

/** @throws BAD_USER_INPUT */
function readField<Value>(column: ImportColumn, text: string, read: (text: string) => Value): Value | null {
  if (text.includes(replacement)) throw badUserInput(column, `${column} is not UTF-8.`);
  return column !== 'code' && text.trim() === '' ? null : read(text);
}

/** Spreadsheets break long texts into lines. */
function readName(field: ImportColumn, text: string): string {
  return cleanText(text.replace(/\s*[\r\n]\s*/g, ' '), { field, max: longestName });
}

function readMoment(field: ImportColumn, text: string): Date {
  const moment = readRfc3339(text.trim());
  if (moment) return moment;
  throw badUserInput(field, `${field} must be an RFC 3339 time such as 2026-11-21T18:30:00+01:00.`);
}

function readEnd(text: string, start: Date | null): Date {
  const end = readMoment('valid_until', text);
  if (start && end < start) throw badUserInput('valid_until', 'valid_until must not be before valid_from.');
  return end;
}

function readGates(text: string, known: readonly string[]): readonly string[] {
  const names = text.split('|').filter((name) => name.trim() !== '');
  const gates = new Set(names.map((name) => cleanText(name, { field: 'gates', max: longestGate })));
  const stranger = known.length > 0 ? [...gates].find((gate) => !known.includes(gate)) : undefined;
  if (stranger !== undefined) throw badUserInput('gates', `The event has no gate "${stranger}".`);
  if (gates.size === 0) throw badUserInput('gates', 'gates must name a gate, or several with | between.');
  return [...gates];
}

/** As the report can keep it, whatever it is. */
function shownCode(text: string | undefined): string | null {
  if (text === undefined || text.trim() === '') return null;
  const shown = text.slice(0, longestTicketId).replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/gu, replacement);
  return shown.trim();
}
