const text = { type: 'string' };
const moment = { type: 'string', format: 'date-time' };
const count = { type: 'integer' };

export const importSchema = {
  type: 'object',
  required: [
    'id',
    'event_id',
    'mode',
    'status',
    'rows_read',
    'rows_taken',
    'rows_bad',
    'failure',
    'started_at',
  ],
  properties: {
    id: text,
    event_id: text,
    file_name: { type: ['string', 'null'] },
    mode: { enum: ['ALL_OR_NOTHING', 'SKIP_BAD'] },
    status: {
      enum: ['RUNNING', 'DONE', 'FAILED', 'CANCELED'],
      description: 'Its tickets count at the door once it is DONE.',
    },
    rows_read: { ...count, description: 'The first line and empty ones do not count.' },
    rows_taken: count,
    rows_bad: { ...count, description: 'Each is in `GET /ticket-imports/{id}/errors.csv`.' },
    bytes_read: count,
    bytes_total: { type: ['integer', 'null'], description: 'Null when the sender did not say.' },
    ignored_columns: { type: 'array', items: text, description: 'Columns that were not used.' },
    failure: { type: ['string', 'null'], description: 'Why it FAILED, in words.' },
    started_by: { type: 'string', description: 'A username.' },
    started_at: moment,
    finished_at: { ...moment, type: ['string', 'null'] },
  },
};

/** The answer to a file that was read and not taken. */
export const refusedImport = {
  type: 'object',
  required: ['detail', 'import'],
  additionalProperties: false,
  properties: { detail: { type: 'string', description: 'Why not, in words.' }, import: importSchema },
  description: 'The file was read, and nothing of it was taken; the import keeps the report.',
};

export const importQuery = {
  type: 'object',
  additionalProperties: false,
  properties: {
    mode: {
      enum: ['all_or_nothing', 'skip_bad'],
      default: 'all_or_nothing',
      description: 'Whether a bad row keeps the good ones out.',
    },
    file_name: { type: 'string', description: 'What the report calls the file, 1..200 characters.' },
  },
};

/** The stream is no value that could be checked. */
export const importBody = {
  content: {
    'text/csv': {
      schema: {
        description:
          'UTF-8, with commas, semicolons or tabs. The first line names the columns: `code` (or ticket_code, barcode, ' +
          'qr_code, secret), and as you like `name`, `type`, `valid_from`, `valid_until` (RFC 3339) and `gates` (with | ' +
          'between); others are not used.',
        examples: ['code,name,type,gates\r\nA-1001,Ada Lovelace,Standing,\r\n'],
      },
    },
  },
};
