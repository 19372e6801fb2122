import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type CsvRecord, CsvRecords, longestRecord } from '../csv-records.ts';

/** Reads the text in pieces of this length. */
function recordsOf(text: string, { delimiter = ',', pieces = text.length || 1 } = {}): CsvRecord[] {
  const records = new CsvRecords(delimiter);
  const found: CsvRecord[] = [];
  for (let start = 0; start < text.length; start += pieces)
    found.push(...records.read(text.slice(start, start + pieces)));
  return [...found, ...records.end()];
}

const fieldsOf = (text: string, delimiter = ',') =>
  recordsOf(text, { delimiter }).map((record) => ('fields' in record ? record.fields : record.flaw));
const linesOf = (text: string) => recordsOf(text).map(({ line }) => line);

const open = `A quote is opened here and not closed within ${longestRecord} characters.`;
const after = 'There is text after a closing quote; a quote inside of quotes is written twice.';
const bare = 'There is a quote in a field that does not begin with one.';
const long = `This line has more than ${longestRecord} characters.`;

describe('CSV', () => {
  test.each<[string, (readonly string[] | string)[]]>([
    [
      'a,b\nc,d\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'a,b\r\nc,d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'a,,\n,b\n,',
      [
        ['a', '', ''],
        ['', 'b'],
        ['', ''],
      ],
    ],
    [
      '"a","b"\r\n"c","d"\r\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    ['"a,""b""",c', [['a,"b"', 'c']]],
    ['"a\r\nb",c\n', [['a\r\nb', 'c']]],
    [
      'a,"b\n\nc"\nd,e',
      [
        ['a', 'b\n\nc'],
        ['d', 'e'],
      ],
    ],
    ['"","\n"', [['', '\n']]],
    [' a , b ', [[' a ', ' b ']]],
    ['\n\r\na\n\n\n', [['a']]],
    ['', []],
    ['a\rb', [['a\rb']]],
  ])('%j is read', (text, expected) => {
    expect(fieldsOf(text)).toEqual(expected);
    for (const pieces of [1, 2, 3]) expect(recordsOf(text, { pieces })).toEqual(recordsOf(text));
  });

  test('is read with other delimiters', () => {
    expect(fieldsOf('a,b;"c;d"\n', ';')).toEqual([['a,b', 'c;d']]);
    expect(fieldsOf('a,b\t"c\td"\n', '\t')).toEqual([['a,b', 'c\td']]);
  });

  test('tells the line that each record begins in', () => {
    expect(linesOf('a\n\n"b\nc\nd",e\r\n\r\nf\n"g\nh\n')).toEqual([1, 3, 7, 8, 9]);
  });
});

describe('a malformed line', () => {
  test.each<[string, (readonly string[] | string)[]]>([
    ['a\n"b\nc\nd', [['a'], open, ['c'], ['d']]],
    ['"a"b,c\nd', [after, ['d']]],
    ['a,"b" ,c\nd', [after, ['d']]],
    ['a"b,c\nd', [bare, ['d']]],
    ['"a\nb"c\nd', [after, bare, ['d']]],
    ['"a\n"b"\nc', [after, ['b'], ['c']]],
    ['"', [open]],
    ['a\n"b', [['a'], open]],
  ])('%j costs itself alone', (text, expected) => {
    expect(fieldsOf(text)).toEqual(expected);
    for (const pieces of [1, 2, 3]) expect(recordsOf(text, { pieces })).toEqual(recordsOf(text));
  });

  test('that is too long is left out, and what follows is read', () => {
    const tooLong = 'x'.repeat(longestRecord + 1);
    for (const pieces of [1_000, 100_000, 1_000_000]) {
      const text = `a\n${tooLong}${tooLong},"\nb\n${'y'.repeat(longestRecord)}\n"c`;
      const records = recordsOf(text, { pieces });
      expect(records.map(({ line }) => line)).toEqual([1, 2, 3, 4, 5]);
      expect(records[1]).toEqual({ line: 2, flaw: long });
      expect(records[4]).toEqual({ line: 5, flaw: open });
    }
  });

  test('that opens a quote keeps no more than a record, and no row behind it is lost', () => {
    const rows = Array.from({ length: 20_000 }, (_, index) => `row-${index}`);
    const text = `"open\n${rows.join('\n')}\n`;
    const [first, ...others] = recordsOf(text, { pieces: 4_096 });
    expect(first).toEqual({ line: 1, flaw: open });
    expect(others).toEqual(rows.map((row, index) => ({ line: index + 2, fields: [row] })));
  });

  test('may be long behind its quotes', () => {
    const text = `"a\nb",${'x'.repeat(longestRecord)}\nz\n`;
    for (const pieces of [1_000, 1_000_000]) {
      expect(recordsOf(text, { pieces })).toEqual([
        { line: 1, flaw: long },
        { line: 2, flaw: long },
        { line: 3, fields: ['z'] },
      ]);
    }
  });

  test('may be long by the lines within its quotes', () => {
    const text = `${'"x\n",'.repeat(30_000)}y\nz\n`;
    const records = recordsOf(text, { pieces: 10_000 });
    expect(records.at(-1)).toEqual({ line: 30_002, fields: ['z'] });
    expect(records[0]).toEqual({ line: 1, flaw: open });
  });
});

/** As RFC 4180 writes a field. */
const written = (field: string, quoted: boolean) =>
  quoted || /["\n\r,]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;

const field = fc.string({ unit: fc.constantFrom('a', 'b', ' ', ',', ';', '"', '\n', '\r\n', 'é', '👩') });
const table = fc.array(fc.array(fc.tuple(field, fc.boolean()), { minLength: 2, maxLength: 5 }), {
  maxLength: 6,
});

test('whatever is written is read again, in whatever pieces it comes', () => {
  fc.assert(
    fc.property(
      table,
      fc.constantFrom('\n', '\r\n'),
      fc.integer({ min: 1, max: 40 }),
      (rows, lineEnd, pieces) => {
        const text = rows
          .map((row) => row.map(([value, quoted]) => written(value, quoted)).join(','))
          .join(lineEnd);
        const read = recordsOf(text, { pieces }).map((record) =>
          'fields' in record ? record.fields : record.flaw,
        );
        expect(read).toEqual(rows.map((row) => row.map(([value]) => value)));
      },
    ),
    { numRuns: 2_000 },
  );
});

test('whatever comes is read to its end, alike in all pieces, and tells lines in their order', () => {
  const anything = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r'), maxLength: 60 });
  fc.assert(
    fc.property(anything, fc.integer({ min: 1, max: 10 }), (text, pieces) => {
      const records = recordsOf(text);
      expect(recordsOf(text, { pieces })).toEqual(records);
      const lines = records.map(({ line }) => line);
      expect(lines).toEqual([...new Set(lines)].sort((a, b) => a - b));
    }),
    { numRuns: 2_000 },
  );
});
