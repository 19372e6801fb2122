import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { AttendanceSystem } from './attendance-system.ts';
import { listOf, readImport, reportOf, type SentList, sendList } from './ticket-lists.ts';

let system: AttendanceSystem;
beforeAll(async () => {
  system = await AttendanceSystem.start();
});
afterAll(() => system.close());

const ticketed = async () => await system.ticketedEvent({ gates: ['North', 'South'] });
const send = async (file: string | Buffer, options: SentList = {}) =>
  await sendList(system, await ticketed(), file, options);

/** What was kept of it, by code. */
async function ticketsOf(file: string | Buffer, options: SentList = {}) {
  const eventId = await ticketed();
  const done = await sendList(system, eventId, file, options);
  expect(done).toMatchObject({ status: 'DONE', failure: null });
  const { rows } = await system.database.pool.query(
    `select code, holder_name as name, type_name as type, gates, valid_from as "from", valid_until as until
    from attendance.imported_ticket where event_id = $1 order by line`,
    [eventId],
  );
  return rows;
}

const codesOf = async (file: string | Buffer, options: SentList = {}) =>
  (await ticketsOf(file, options)).map(({ code }) => code);

describe('a list', () => {
  test('says of each ticket its code, holder, type, times and gates', async () => {
    const file = [
      'Ticket Code,Attendee name,Product,valid_from,VALID UNTIL,Gates',
      'A-1,Ada Lovelace,Standing,2026-07-01T18:00:00+02:00,2026-07-02T02:00:00Z,North|South',
      'A-2,,,,,',
    ].join('\n');
    expect(await ticketsOf(file)).toEqual([
      {
        code: 'A-1',
        name: 'Ada Lovelace',
        type: 'Standing',
        gates: ['North', 'South'],
        from: new Date('2026-07-01T16:00:00Z'),
        until: new Date('2026-07-02T02:00:00Z'),
      },
      { code: 'A-2', name: null, type: null, gates: null, from: null, until: null },
    ]);
  });

  test.each([
    'code',
    'CODE',
    ' Code ',
    'ticket_code',
    'Ticket code',
    'Barcode',
    'secret',
    'QR-Code',
    '"code"',
  ])('may call its codes %j', async (name) => {
    expect(await codesOf(`${name}\nA-1\n`)).toEqual(['A-1']);
  });

  test.each<[string, string]>([
    ['semicolons', 'name;code\nAda, the first;A-1\n'],
    ['tabs', 'name\tcode\nAda, "the" first\tA-1\n'.replaceAll('"', '')],
    ['commas', 'name,code\n"Ada; the first",A-1\n'],
    ['CRLF', 'name,code\r\nAda,A-1\r\n'],
    ['no end of its last line', 'name,code\nAda,A-1'],
    ['a byte order mark', '\uFEFFcode,name\nA-1,Ada\n'],
    ['a byte order mark before quotes', '\uFEFF"code","name"\nA-1,Ada\n'],
    ['quotes', '"name","code"\r\n"Ada ""the first""","A-1"\r\n'],
    ['lines within quotes', 'code,address\r\n"A-1","1 Main St\r\nTown"\r\n'],
    ['lines within the quotes of its first line', '"my\ncolumn",code\nx,A-1\n'],
    ['empty lines', '\n\ncode\n\nA-1\n\n\r\n'],
    ['rows of delimiters alone at its end', 'code;name\nA-1;Ada\n;\n;\n'],
    ['a delimiter at the end of each line', 'code;\nA-1;\n'],
    ['spaces around a code', 'code,name\n  A-1 ,Ada\n'],
  ])('may have %s', async (_what, file) => {
    expect(await codesOf(file)).toEqual(['A-1']);
    expect(await codesOf(file, { pieces: 1 })).toEqual(['A-1']);
  });

  test('keeps the case of codes, and letters of any script', async () => {
    const codes = ['a-1', 'A-1', 'ключ', '券-7', "O'Neill 100%"];
    expect(await codesOf(`code\n${codes.join('\n')}`, { pieces: 1 })).toEqual(codes);
  });

  test('may break a name into lines', async () => {
    const [ticket] = await ticketsOf('code,name,type\nA-1,"Ada \r\n Lovelace","Standing\narea"\n');
    expect(ticket).toMatchObject({ name: 'Ada Lovelace', type: 'Standing area' });
  });

  test('may have columns that say nothing here, and they are named', async () => {
    const done = await send('Order,code,,E-mail\n17,A-1,x,ada@example.org\n');
    expect(done.ignoredColumns).toEqual(['Order', 'column 3', 'E-mail']);
    expect((await readImport(system, done.id)).ignoredColumns).toEqual(['Order', 'column 3', 'E-mail']);
  });

  test('is told of with its size and by whom it was sent', async () => {
    const file = listOf(2_500);
    const { id } = await send(file, { fileName: ' presale.csv ', mode: 'SKIP_BAD' });
    const bytes = Buffer.byteLength(file);
    expect(await readImport(system, id)).toMatchObject({
      fileName: 'presale.csv',
      mode: 'SKIP_BAD',
      startedBy: { username: 'ada' },
      rowsRead: 2_500,
      rowsTaken: 2_500,
      rowsBad: 0,
      bytesRead: bytes,
      bytesTotal: bytes,
      finishedAt: expect.any(String),
      errors: [],
    });
  });
});

describe('a bad row', () => {
  const long = 'x'.repeat(129);
  const columns = 'code,name,type,valid_from,valid_until,gates';
  const codeLength = 'code must have 1 to 128 characters';
  test.each<[string, string | Buffer, string]>([
    ['has no code', ',Ada,,,,', `2 code: ${codeLength}; it has 0.`],
    ['has a code too long', `${long},,,,,`, `2 code: ${codeLength}; it has 129.`],
    [
      'has a control character in its code',
      'A\u0007,,,,,',
      '2 code: code must not contain control characters.',
    ],
    ['has a NUL byte in its code', 'A\u0000B,,,,,', '2 code: code must not contain control characters.'],
    ['has a line end in its code', '"A\n1",,,,,', '2 code: code must not contain control characters.'],
    [
      'has a code that shows as another one',
      'A\u202E1,,,,,',
      '2 code: code must not contain bidirectional override characters.',
    ],
    [
      'has a code that is not UTF-8',
      Buffer.from([0xe9, 0x2c, 0x2c, 0x2c, 0x2c, 0x2c]),
      '2 code: code is not UTF-8.',
    ],
    [
      'has a name that is not UTF-8',
      Buffer.concat([Buffer.from('A,Ren'), Buffer.from([0xe9]), Buffer.from(',,,,')]),
      '2 name: name is not UTF-8.',
    ],
    [
      'has a name too long',
      `A,${'x'.repeat(201)},,,,`,
      '2 name: name must have 1 to 200 characters; it has 201.',
    ],
    [
      'has a type too long',
      `A,,${'x'.repeat(201)},,,`,
      '2 type: type must have 1 to 200 characters; it has 201.',
    ],
    [
      'has a time without an offset',
      'A,,,2026-07-01T18:00:00,,',
      '2 valid_from: valid_from must be an RFC 3339 time such as 2026-11-21T18:30:00+01:00.',
    ],
    [
      'has a day that there is not',
      'A,,,,2026-02-30T18:00:00Z,',
      '2 valid_until: valid_until must be an RFC 3339 time such as 2026-11-21T18:30:00+01:00.',
    ],
    [
      'ends before it begins',
      'A,,,2026-07-02T00:00:00Z,2026-07-01T23:59:59Z,',
      '2 valid_until: valid_until must not be before valid_from.',
    ],
    ['names a gate that there is not', 'A,,,,,North|East', '2 gates: The event has no gate "East".'],
    [
      'names no gate among its delimiters',
      'A,,,,,|',
      '2 gates: gates must name a gate, or several with | between.',
    ],
    ['has too few columns', 'A,Ada', '2 row: This row has 2 columns, and the first line 6.'],
    ['has too many columns', 'A,,,,,,', '2 row: This row has 7 columns, and the first line 6.'],
    [
      'has text behind a closing quote',
      '"A"1,,,,,',
      '2 row: There is text after a closing quote; a quote inside of quotes is written twice.',
    ],
    [
      'has a quote inside of a field',
      'A"1,,,,,',
      '2 row: There is a quote in a field that does not begin with one.',
    ],
    [
      'opens a quote that is not closed',
      '"A,,,,,',
      '2 row: A quote is opened here and not closed within 65536 characters.',
    ],
    ['is a line too long', `A,${'x'.repeat(70_000)},,,,`, '2 row: This line has more than 65536 characters.'],
  ])('%s: it is reported, and the good ones around it are taken', async (_what, row, error) => {
    const file = Buffer.concat([
      Buffer.from(`${columns}\n`),
      Buffer.from(row),
      Buffer.from('\nGOOD-1,,,,,\nGOOD-2,,,,,\n'),
    ]);
    const skipping = await send(file, { mode: 'SKIP_BAD' });
    expect(skipping).toMatchObject({ status: 'DONE', rowsRead: 3, rowsTaken: 2, rowsBad: 1 });
    expect(await reportOf(system, skipping.id)).toEqual([error]);
    const strict = await send(file, { pieces: 7 });
    expect(strict).toMatchObject({
      status: 'FAILED',
      failure: '1 row is bad of 3, and so no ticket was taken.',
    });
    expect(await reportOf(system, strict.id)).toEqual([error]);
  });

  test('is reported with each of its faults, and with its code as far as that can be shown', async () => {
    const { id } = await send(`${columns}\nA\u0000${long},,,tomorrow,,East\n`, { mode: 'SKIP_BAD' });
    const { errors, rowsBad } = await readImport(system, id);
    expect(rowsBad).toBe(1);
    expect(errors.map(({ field }: { field: string }) => field)).toEqual(['code', 'gates', 'valid_from']);
    expect(errors[0].code).toBe(`A\uFFFD${'x'.repeat(126)}`);
  });

  test('is told by the line that it begins in, whatever stands before it', async () => {
    const file = 'code,note\r\n"A-1","two\r\nlines"\r\n\r\nA-2,"x\n\ny"\n,bad\n"B","o\nA-3,good\n';
    const { id } = await send(file, { mode: 'SKIP_BAD' });
    expect(await reportOf(system, id)).toEqual([
      expect.stringMatching(/^8 code:/),
      '9 row: A quote is opened here and not closed within 65536 characters.',
    ]);
    expect((await readImport(system, id)).rowsTaken).toBe(3);
  });

  test('whose code stands in the file already names that line, near or far', async () => {
    const codes = [...listOf(2_100).split('\n').slice(1, 2_101), 'C-2099', 'C-7', 'C-7'];
    const { id } = await send(`code\n${codes.join('\n')}`, { mode: 'SKIP_BAD' });
    expect(await reportOf(system, id)).toEqual([
      '2102 code: This code stands in line 2101 already.',
      '2103 code: This code stands in line 9 already.',
      '2104 code: This code stands in line 9 already.',
    ]);
    expect(await readImport(system, id)).toMatchObject({ rowsRead: 2_103, rowsTaken: 2_100, rowsBad: 3 });
  });

  test('whose code was imported before names where', async () => {
    const eventId = await ticketed();
    system.at('2026-06-01T08:00:00.000Z');
    await sendList(system, eventId, 'code\nA-1\nA-2\n', { fileName: 'first.csv' });
    const again = await sendList(system, eventId, 'code\nA-3\nA-2\na-2\n', { mode: 'SKIP_BAD' });
    expect(again).toMatchObject({ status: 'DONE', rowsTaken: 2, rowsBad: 1 });
    expect(await reportOf(system, again.id)).toEqual([
      '3 code: This code was imported before: line 3 of "first.csv", 2026-06-01T08:00:00.000Z.',
    ]);
    expect(await sendList(system, await ticketed(), 'code\nA-2\n')).toMatchObject({ status: 'DONE' });
  });

  test('is one of thousands, and each is reported', async () => {
    const rows = Array.from({ length: 3_333 }, (_, index) => (index % 3 === 0 ? ',bad' : `C-${index},good`));
    const strict = await send(`code,name\n${rows.join('\n')}\n`);
    expect(strict).toMatchObject({ status: 'FAILED', rowsRead: 3_333, rowsBad: 1_111, rowsTaken: 2_222 });
    const { errors } = await readImport(system, strict.id);
    const expected = rows.flatMap((row, index) => (row.startsWith(',') ? [index + 2] : []));
    expect(errors.map(({ line }: { line: number }) => line)).toEqual(expected);
  });
});

describe('a file that is no list', () => {
  const noColumn =
    'The first line names no column "code" (or ticket_code, barcode, qr_code, secret). It begins: ';
  const notUtf8 = 'The file is no text in UTF-8; save it as "CSV UTF-8" and send that.';
  test.each<[string, string | Buffer, string]>([
    ['is empty', '', 'The file is empty.'],
    ['has empty lines alone', '\n\r\n\n', 'The file is empty.'],
    ['is a byte order mark', '\uFEFF', 'The file is empty.'],
    ['has its first line alone', 'code,name\n', 'The file has no row below its first line.'],
    ['has empty rows alone', 'code,name\n,\n\n', 'The file has no row below its first line.'],
    ['names no code', 'name;mail\nAda;a@b.example\n', `${noColumn}name, mail`],
    ['begins with a ticket', 'A-1\nA-2\n', `${noColumn}A-1`],
    ['is JSON', '{"code": 1}\n', 'Line 1: There is a quote in a field that does not begin with one.'],
    [
      'has two columns of codes',
      'code,Barcode\n1,2\n',
      'The columns "code" and "Barcode" both say the code; leave one of them out.',
    ],
    [
      'opens a quote in its first line',
      '"code\nA-1\n',
      'Line 1: A quote is opened here and not closed within 65536 characters.',
    ],
    ['has a first line without end', 'x'.repeat(70_000), 'Line 1: This line has more than 65536 characters.'],
    [
      'ends its lines with CR alone',
      'code\rA-1\rA-2\r',
      'The lines end with a carriage return alone; save the file with line feeds.',
    ],
    ['is UTF-16', Buffer.from('\uFEFFcode\nA-1\n', 'utf16le'), notUtf8],
    ['names no code in Latin-1', Buffer.from('prénom\nRené\n', 'latin1'), notUtf8],
    ['is an Excel workbook', Buffer.from('PK\u0003\u0004\u0014\u0000\n\u0000code'), notUtf8],
  ])('that %s is FAILED, and says so', async (_what, file, failure) => {
    for (const mode of ['ALL_OR_NOTHING', 'SKIP_BAD'] as const) {
      const failed = await send(file, { mode, pieces: 1_000 });
      expect(failed).toMatchObject({ status: 'FAILED', failure, rowsTaken: 0 });
      expect(await readImport(system, failed.id)).toMatchObject({ status: 'FAILED', failure, errors: [] });
    }
  });
});
