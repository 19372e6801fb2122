import { type Pages, sendPieces } from '@tixgo/platform/rest/streaming.ts';
import { stringify } from 'csv-stringify/sync';
import type { FastifyReply, FastifyRequest } from 'fastify';

/** How a route that answers CSV is asked. */
export const csvQuery = {
  type: 'object',
  additionalProperties: false,
  properties: {
    bom: {
      type: 'boolean',
      default: false,
      description: 'A byte order mark first, by which Excel knows UTF-8.',
    },
  },
};

export const csvAnswer = {
  description:
    'RFC 4180. What a spreadsheet would run as a formula has an apostrophe before it, also behind what some take for a separator.',
  content: { 'text/csv': { schema: { type: 'string' } } },
};

export interface CsvForm {
  readonly columns: readonly string[];
  readonly bom: boolean;
}

/** Answers a list as CSV, a page at a time as it is taken. */
export async function sendCsv(
  request: FastifyRequest,
  reply: FastifyReply,
  pages: Pages<object>,
  form: CsvForm,
): Promise<FastifyReply> {
  reply.type('text/csv; charset=utf-8');
  return await sendPieces(request, reply, csvOf(pages, form));
}

// A spreadsheet that expects another separator splits at its own, and takes a quote behind anything else for a letter.
const separators = /[;|\t\r\n]/;
const formulaStarts = /^(?=[-=+@\t\r＝＋－＠])|[;|\t\r\n](?="*[-=+@＝＋－＠])/g;

async function* csvOf(pages: Pages<object>, { columns, bom }: CsvForm): AsyncGenerator<string> {
  let isFirst = true;
  for await (const page of pages) {
    const text = stringify([...page], {
      columns: [...columns],
      header: isFirst,
      bom: bom && isFirst,
      cast: { string: (text) => text.replaceAll(formulaStarts, "$&'") },
      quoted_match: separators,
      record_delimiter: 'windows',
    });
    if (text !== '') yield text;
    isFirst = false;
  }
}
