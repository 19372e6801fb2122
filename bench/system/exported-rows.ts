import type { IncomingMessage } from 'node:http';
import { verify } from '../scenario.ts';
import { gates } from './events.ts';
import type { ExportFormat } from './exports.ts';

type Row = Readonly<Record<string, unknown>>;

const csvHead = 'id,event_id,ticket_id,direction,gate,checked_in_by,checked_in_at,undone_at';

/**
 * Reads an export of what `loadCheckIns` loaded, piece by piece as a client with little memory would.
 * @returns the number of bytes
 * @throws unless it is whole: its head, every ticket once and in order, each as it was loaded
 */
export async function readVerified(
  response: IncomingMessage,
  format: ExportFormat,
  eventId: string,
  count: number,
): Promise<number> {
  let bytes = 0;
  response.prependListener('data', (chunk: string) => {
    bytes += Buffer.byteLength(chunk);
  });
  response.setEncoding('utf8');
  let number = 0;
  let previous = '';
  for await (const row of format === 'CSV' ? csvRows(response) : jsonRecords(response, eventId, count)) {
    number += 1;
    verifyRow(row, eventId, number);
    const at = String(row.checked_in_at);
    verify(
      at > previous && new Date(at).toISOString() === at,
      `row ${number} is of ${at}, after ${previous}`,
    );
    previous = at;
  }
  verify(number === count, `${number} rows of ${count}`);
  return bytes;
}

function verifyRow(row: Row, eventId: string, number: number): void {
  const { id, checked_in_at, ...others } = row;
  const expected = {
    event_id: eventId,
    ticket_id: `ticket-${number}`,
    direction: 'ENTRY',
    gate: gates[number % gates.length],
    checked_in_by: `scanner-${number % 20}`,
  };
  verify(
    JSON.stringify(others) === JSON.stringify(expected) && typeof id === 'string',
    `row ${number} is ${JSON.stringify(row)}`,
  );
}

async function* csvRows(response: IncomingMessage): AsyncGenerator<Row> {
  const names = csvHead.split(',');
  let line = 0;
  for await (const text of partsOf(response, '\r\n')) {
    line += 1;
    if (line === 1) verify(text === csvHead, `the head is ${text}`);
    else if (text !== '') {
      const values = text.split(',');
      verify(values.length === names.length && values.at(-1) === '', `line ${line} is ${text}`);
      yield Object.fromEntries(names.slice(0, -1).map((name, index) => [name, values[index]]));
    }
  }
}

async function* jsonRecords(response: IncomingMessage, eventId: string, count: number): AsyncGenerator<Row> {
  const head = JSON.stringify({ event_id: eventId, total_checked_in: count, records: [] }).slice(0, -2);
  let text: string | undefined;
  // Records are flat, so that nothing else ends in these three.
  for await (const part of partsOf(response, '},{')) {
    if (text === undefined) {
      verify(part.startsWith(`${head}{`), `the list begins with ${part}`);
      text = part.slice(head.length + 1);
      continue;
    }
    yield JSON.parse(`{${text}}`);
    text = part;
  }
  verify(text?.endsWith('}]}') === true, `the list ends with ${text}`);
  yield JSON.parse(`{${text.slice(0, -2)}`);
}

async function* partsOf(chunks: AsyncIterable<string>, separator: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const parts = (rest + chunk).split(separator);
    rest = parts.pop() ?? '';
    yield* parts;
  }
  yield rest;
}
