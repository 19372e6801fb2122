import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { HttpService } from '@tixgo/platform/http/http-service.ts';
import { restService, tokenOf } from '@tixgo/platform/test/rest-service.ts';
import { memoryInUse } from '@tixgo/platform/testing/memory-in-use.ts';
import { parse } from 'csv-parse/sync';
import type { CheckInRecord } from '../domain/door.ts';
import { attendanceRoutes } from '../host/attendance-routes.ts';
import type { AttendanceServices } from '../service/attendance-services.ts';
import { createOpenEvent, startTestHost, type TestHost } from './host-client.ts';

interface Attendance {
  readonly event_id: string;
  readonly total_checked_in: number;
  readonly records: readonly { readonly ticket_id: string }[];
}

const services: HttpService[] = [];
afterEach(async () => {
  for (const service of services.splice(0)) await service.close();
});

function recordOf(ticketId: string, change: Partial<CheckInRecord> = {}): CheckInRecord {
  const record: Partial<CheckInRecord> = {
    id: '01a1ff03-9a79-76ef-8225-19308babdcdd',
    eventId: 'evt1',
    ticketId,
    direction: 'ENTRY',
    gate: null,
    by: { id: 'id', username: 'ada' },
    at: new Date('2026-07-01T10:00:00Z'),
    undoneAt: null,
    ...change,
  };
  return record as CheckInRecord;
}

type Pages = AttendanceServices['checkInPages'];

/** The routes on check-ins that the test makes up. */
async function serve(checkInPages: Pages) {
  const service = await restService(
    { execute: async () => ({ data: { attendance: { totalCheckedIn: 3 } } }) },
    (app, api) => attendanceRoutes(app, api, { checkInPages } as AttendanceServices),
  );
  services.push(service);
  const port = await service.listen({ host: '127.0.0.1', port: 0, portVariable: 'TEST_PORT' });
  return `http://127.0.0.1:${port}`;
}

const serveRecords = (...records: CheckInRecord[]) =>
  serve(async function* () {
    yield records;
  });

const csvOf = async (...records: CheckInRecord[]) =>
  await (await fetch(`${await serveRecords(...records)}/attendance/evt1.csv`)).text();

describe('attendance as CSV', () => {
  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t1', '\r1', '=cmd|" /C calc"!A0', '＝1+1'])(
    'runs nothing in a spreadsheet: %j',
    async (ticketId) => {
      const csv = await csvOf(recordOf(ticketId, { gate: ticketId, by: { id: 'id', username: ticketId } }));
      const [row] = parse(csv, { columns: true }) as Record<string, string>[];
      expect([row?.ticket_id, row?.gate, row?.checked_in_by]).toEqual(Array(3).fill(`'${ticketId}`));
    },
  );

  test.each([
    ['ü;=1+1', "ü;'=1+1"],
    ['ü;"=1+1"', 'ü;\'"=1+1"'],
    ['=1;-1', "'=1;'-1"],
    ['a\t=1+1', "a\t'=1+1"],
    ['a\n+1', "a\n'+1"],
    ['a\r@1', "a\r'@1"],
    ['a|＝1', "a|'＝1"],
  ])('runs nothing in a spreadsheet that expects other separators: %j', async (ticketId, shown) => {
    const csv = await csvOf(recordOf(ticketId));
    expect(csv).toContain(`evt1,"${shown.replaceAll('"', '""')}",ENTRY`);
  });

  test.each(['a;b', 'a\tb', 'a|b', 'a\rb', 'a\nb'])('quotes what may separate: %j', async (ticketId) => {
    expect(await csvOf(recordOf(ticketId))).toContain(`evt1,"${ticketId}",ENTRY`);
  });

  test.each([
    'a,b',
    'a"b',
    '"=1+1',
    'a\nb',
    'a\r\nb',
    "O'Neill",
    ' a ',
    'ключ',
    '👩‍🎤',
    'a;b',
    'a-b=c',
    'a;b-1',
    '',
  ])('keeps what is no formula as it is: %j', async (ticketId) => {
    const [row] = parse(await csvOf(recordOf(ticketId)), { columns: true }) as Record<string, string>[];
    expect(row?.ticket_id).toBe(ticketId);
  });

  test('is RFC 4180: one head, CRLF, quotes where they are needed', async () => {
    const url = await serve(async function* () {
      yield [recordOf('A')];
      yield [];
      yield [recordOf('B"', { undoneAt: new Date('2026-07-01T11:00:00Z'), gate: 'North' })];
    });
    const response = await fetch(`${url}/attendance/evt1.csv`);
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="attendance-evt1.csv"');
    const { id } = recordOf('');
    expect((await response.text()).split('\r\n')).toEqual([
      'id,event_id,ticket_id,direction,gate,checked_in_by,checked_in_at,undone_at',
      `${id},evt1,A,ENTRY,,ada,2026-07-01T10:00:00.000Z,`,
      `${id},evt1,"B""",ENTRY,North,ada,2026-07-01T10:00:00.000Z,2026-07-01T11:00:00.000Z`,
      '',
    ]);
  });

  test('has its head where nobody came', async () => {
    expect(await csvOf()).toBe(
      'id,event_id,ticket_id,direction,gate,checked_in_by,checked_in_at,undone_at\r\n',
    );
  });

  test('begins with a byte order mark when asked for, once', async () => {
    const url = await serve(async function* () {
      yield [recordOf('A')];
      yield [recordOf('B')];
    });
    const bytes = async (query: string) =>
      Buffer.from(await (await fetch(`${url}/attendance/evt1.csv${query}`)).arrayBuffer());
    const mark = Buffer.from([0xef, 0xbb, 0xbf]);
    const [plain, marked] = [await bytes(''), await bytes('?bom=true')];
    expect(marked).toEqual(Buffer.concat([mark, plain]));
    expect(plain.includes(mark)).toBe(false);
    expect((await fetch(`${url}/attendance/evt1.csv?bom=perhaps`)).status).toBe(400);
    expect((await fetch(`${url}/attendance/evt1.csv?bomb=true`)).status).toBe(400);
  });

  test('ends its queries when its reader stops half-way, and the server goes on', async () => {
    const page = Array.from({ length: 1_000 }, (_, index) => recordOf(`T${index}`));
    const { promise: left, resolve: leave } = Promise.withResolvers<string>();
    let pages = 0;
    const url = await serve(async function* () {
      try {
        for (;;) {
          pages += 1;
          yield page;
        }
      } finally {
        leave('left');
      }
    });
    const [response] = (await once(get(`${url}/attendance/evt1.csv`), 'response')) as [IncomingMessage];
    await once(response, 'readable');
    response.destroy();
    expect(await left).toBe('left');
    const made = pages;
    expect((await fetch(`${url}/health`)).status).toBe(200);
    expect(pages).toBe(made);
  });

  test('takes the same memory for three hundred thousand rows as for fifty thousand', async () => {
    const page = Array.from({ length: 1_000 }, (_, index) => recordOf(`T${index}`));
    const url = await serve(async function* () {
      for (let count = 0; count < 300; count += 1) yield page;
    });
    const response = await fetch(`${url}/attendance/evt1.csv`);
    const used: number[] = [];
    let rows = 0;
    for await (const chunk of response.body ?? []) {
      for (const byte of chunk) if (byte === 10) rows += 1;
      if (rows > 50_000 * (used.length + 1)) used.push(memoryInUse());
    }
    expect(rows).toBe(300_001);
    const [early = 0, ...later] = used;
    // From the first measure to the last come 20 MB; before it, the first pieces make some of what stays.
    expect(Math.max(...later) - early).toBeLessThan(4 * 1024 * 1024);
  });
});

async function attendanceAt(url: string): Promise<Attendance> {
  return (await (await fetch(`${url}/attendance/evt1`)).json()) as Attendance;
}

describe('attendance as JSON', () => {
  test('leaves out what was taken back, and counts as the event does', async () => {
    const url = await serveRecords(recordOf('A'), recordOf('B', { undoneAt: new Date() }), recordOf('=C'));
    const { records, ...others } = await attendanceAt(url);
    expect(others).toEqual({ event_id: 'evt1', total_checked_in: 3 });
    expect(records.map(({ ticket_id }) => ticket_id)).toEqual(['A', '=C']);
    expect(await (await fetch(`${url}/checkins?event_id=evt1`)).json()).toEqual(records);
  });

  test('of several thousand is whole', async () => {
    const url = await serve(async function* () {
      for (const start of [0, 1_000, 2_000]) {
        yield Array.from({ length: 1_000 }, (_, index) => recordOf(`T${start + index}`));
      }
    });
    const { records } = await attendanceAt(url);
    expect(new Set(records.map(({ ticket_id }) => ticket_id)).size).toBe(3_000);
    expect((await fetch(`${url}/checkins`)).status).toBe(400);
  });
});

describe('the exports of a running host', () => {
  let host: TestHost;
  beforeAll(async () => {
    host = await startTestHost();
  });
  afterAll(() => host.close());

  test('show what was scanned to the committee, and to nobody else', async () => {
    const { data } = await host.ask(createOpenEvent, { id: 'evt-csv' }, host.admin);
    const scan = (ticket_id: string) =>
      fetch(`${host.url}/checkins`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${host.admin}` },
        body: JSON.stringify({ event_id: data.createEvent.id, ticket_id }),
      });
    for (const ticket of ['=1+1', 'a/b', '100%']) expect((await scan(ticket)).status).toBe(201);
    const read = async (path: string, token: string) => {
      const response = await fetch(host.url + path, { headers: { authorization: `Bearer ${token}` } });
      return { status: response.status, text: await response.text() };
    };
    const [user, scanner, committee] = await Promise.all([
      host.person('ursula'),
      host.person('scarlet', 'SCANNER'),
      host.person('connie', 'COMMITTEE'),
    ]);
    for (const path of ['/attendance/evt-csv.csv', '/attendance/evt-csv', '/checkins?event_id=evt-csv']) {
      for (const { token } of [user, scanner]) {
        const detail = 'This needs the role COMMITTEE.';
        expect(await read(path, token)).toEqual({ status: 403, text: JSON.stringify({ detail }) });
      }
      expect((await read(path, tokenOf('stranger', 'ADMIN'))).status).toBe(401);
      expect((await read(path, committee.token)).status).toBe(200);
    }
    const { text } = await read('/api/attendance/evt-csv.csv', committee.token);
    const rows = parse(text, { columns: true }) as Record<string, string>[];
    expect(rows.map(({ ticket_id }) => ticket_id)).toEqual(["'=1+1", 'a/b', '100%']);
    expect(await read('/attendance/nowhere', committee.token)).toMatchObject({ status: 404 });
    expect(await read('/attendance/nowhere.csv', committee.token)).toMatchObject({ status: 404 });
  });
});
