import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { tokenOf } from '@tixgo/platform/test/rest-service.ts';
import { parse } from 'csv-parse/sync';
import { startHostOn, startTestHost, type TestHost } from './host-client.ts';
import { importOnce, ListUpload } from './list-upload.ts';
import { CookieJar } from './rest-browser.ts';
import { listOf } from './ticket-lists.ts';

const limit = 300_000;
let host: TestHost;
let committee: string;
beforeAll(async () => {
  host = await startTestHost({ LIMIT_IMPORT_BYTES: String(limit), LIMIT_BODY_BYTES: '1024' });
  committee = (await host.person('connie', 'COMMITTEE')).token;
});
afterAll(() => host.close());

const createEvent = 'mutation ($input: CreateEventInput!) { createEvent(input: $input) { id } }';
async function ticketed(change: Record<string, unknown> = {}): Promise<string> {
  const times = { startsAt: '2026-07-01T10:00:00Z', endsAt: '2026-07-02T10:00:00Z', timezone: 'UTC' };
  const input = { name: 'An event', admission: 'TICKETED', ...times, ...change };
  const { data } = await host.ask(createEvent, { input }, host.admin);
  return data.createEvent.id;
}

interface Sent {
  readonly token?: string | undefined;
  readonly query?: string;
  readonly base?: string;
  readonly headers?: Record<string, string>;
}

async function send(eventId: string, body: string | Buffer, sent: Sent = {}) {
  const { token = host.admin, query = '', base = host.url, headers = {} } = sent;
  const response = await fetch(`${base}/events/${eventId}/tickets/import${query}`, {
    method: 'POST',
    headers: { 'content-type': 'text/csv', ...(token && { authorization: `Bearer ${token}` }), ...headers },
    body: new Uint8Array(Buffer.from(body)),
  });
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever shape it asked for
  return { status: response.status, body: (await response.json()) as any };
}

async function read(path: string, token = committee) {
  const response = await fetch(host.url + path, { headers: { authorization: `Bearer ${token}` } });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const scan = async (eventId: string, code: string, base = host.url) => {
  const response = await fetch(`${base}/checkins`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${host.admin}` },
    body: JSON.stringify({ event_id: eventId, code }),
  });
  return response.status;
};

describe('a list that is posted', () => {
  test('is taken, and its tickets are let in', async () => {
    const eventId = await ticketed();
    const file = 'code,name,seat\r\nA-1,Ada,7\r\nA-2,Ben,8\r\n';
    const { status, body } = await send(eventId, file, { query: '?file_name=presale.csv' });
    expect([status, body]).toEqual([
      200,
      {
        id: expect.any(String),
        event_id: eventId,
        file_name: 'presale.csv',
        mode: 'ALL_OR_NOTHING',
        status: 'DONE',
        rows_read: 2,
        rows_taken: 2,
        rows_bad: 0,
        bytes_read: file.length,
        bytes_total: file.length,
        ignored_columns: ['seat'],
        failure: null,
        started_by: 'admin',
        started_at: expect.any(String),
        finished_at: expect.any(String),
      },
    ]);
    expect(JSON.parse((await read(`/ticket-imports/${body.id}`)).text)).toEqual(body);
    expect(JSON.parse((await read(`/events/${eventId}/tickets/imports`)).text)).toEqual([body]);
    expect([await scan(eventId, 'A-1'), await scan(eventId, 'A-1'), await scan(eventId, 'A-3')]).toEqual([
      201, 400, 400,
    ]);
  });

  test('with a bad row is refused whole, with a report that a spreadsheet may open', async () => {
    const eventId = await ticketed();
    const { status, body } = await send(eventId, 'code\nA-1\n=1+1\n=1+1\n\u0007\n');
    const failure = '2 rows are bad of 4, and so no ticket was taken.';
    expect([status, body]).toEqual([
      422,
      { detail: failure, import: expect.objectContaining({ status: 'FAILED', failure }) },
    ]);
    const report = await read(`/ticket-imports/${body.import.id}/errors.csv`);
    expect(report.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(report.headers.get('content-disposition')).toBe(
      `attachment; filename="import-${body.import.id}-errors.csv"`,
    );
    expect(parse(report.text, { columns: true })).toEqual([
      { line: '4', field: 'code', code: "'=1+1", reason: 'This code stands in line 3 already.' },
      { line: '5', field: 'code', code: '\uFFFD', reason: 'code must not contain control characters.' },
    ]);
    expect(
      (await read(`/api/ticket-imports/${body.import.id}/errors.csv?bom=true`)).text.startsWith('line,'),
    ).toBe(true);
    expect(await scan(eventId, 'A-1')).toBe(400);
  });

  test('with a bad row is taken without it, where that is asked for', async () => {
    const eventId = await ticketed();
    const { status, body } = await send(eventId, 'code\nA-1\n\u0007\n', {
      query: '?mode=skip_bad',
      base: `${host.url}/api`,
    });
    expect([status, body]).toMatchObject([
      200,
      { status: 'DONE', mode: 'SKIP_BAD', rows_taken: 1, rows_bad: 1 },
    ]);
    expect(await scan(eventId, 'A-1')).toBe(201);
  });

  test('has a report of every bad row, however many', async () => {
    const eventId = await ticketed();
    const { body } = await send(eventId, `code\n${'\u0007\n'.repeat(2_500)}`);
    const report = await read(`/ticket-imports/${body.import.id}/errors.csv`);
    const rows = parse(report.text, { columns: true }) as { line: string }[];
    expect(rows.map(({ line }) => Number(line))).toEqual(
      Array.from({ length: 2_500 }, (_, index) => index + 2),
    );
  });

  test('may be far longer than other bodies, and not longer than its own limit', async () => {
    const eventId = await ticketed();
    const list = listOf(20_000);
    expect(await send(eventId, list)).toMatchObject({ status: 200, body: { rows_taken: 20_000 } });
    const tooLong = listOf(45_000, (index) => `D-${index}`);
    const refusal = { detail: `The file has more than ${limit} bytes.` };
    expect(await send(eventId, tooLong)).toEqual({ status: 413, body: refusal });
    const upload = new ListUpload(host.url, eventId, host.admin).write(tooLong).end();
    expect(await upload.answer).toEqual({ status: 413, body: refusal });
    const { id, status, failure } = await importOnce(host.url, eventId, host.admin, () => true);
    expect([status, failure]).toEqual(['FAILED', refusal.detail]);
    expect((await read(`/ticket-imports/${id}/errors.csv`)).text).toBe('line,field,code,reason\r\n');
  });

  test.each<
    [number, string, Parameters<typeof send>[2] & { readonly event?: string; readonly body?: string }]
  >([
    [400, 'mode: must be one of all_or_nothing, skip_bad.', { query: '?mode=some' }],
    [400, 'colour: is not known here.', { query: '?colour=red' }],
    [400, 'file_name must not contain control characters.', { query: '?file_name=a%00b' }],
    [404, 'No such event.', { event: 'nowhere' }],
    [404, 'No such event.', { event: 'no%2Fwhere%25' }],
    [
      415,
      'Send the file as it is, in UTF-8, with Content-Type: text/csv.',
      { headers: { 'content-type': 'application/json' } },
    ],
    [415, 'Send the file as it is, not compressed.', { headers: { 'content-encoding': 'gzip' } }],
    [422, 'The file is empty.', { body: '' }],
  ])('is refused %i: %s', async (status, detail, { event, body = 'code\nA-1\n', ...sent }) => {
    const answer = await send(event ?? (await ticketed()), body, sent);
    expect([answer.status, answer.body.detail]).toEqual([status, detail]);
  });

  test('is refused at an OPEN door', async () => {
    expect(await send(await ticketed({ admission: 'OPEN' }), 'code\nA-1\n')).toEqual({
      status: 409,
      body: { detail: 'The door is OPEN: it takes any ticket as it is.' },
    });
  });

  test('is for admins, its report for the committee, and neither for pages of other sites', async () => {
    const eventId = await ticketed();
    const file = 'code\nA-1\n';
    for (const role of ['USER', 'SCANNER', 'COMMITTEE']) {
      const { token } = await host.person(`importer-${role.toLowerCase()}`, role);
      expect(await send(eventId, file, { token })).toEqual({
        status: 403,
        body: { detail: 'This needs the role ADMIN.' },
      });
    }
    expect((await send(eventId, file, { token: '' })).status).toBe(401);
    expect((await send(eventId, file, { token: tokenOf('stranger', 'ADMIN') })).status).toBe(401);
    const jar = new CookieJar();
    await jar.post(`${host.url}/api/auth/login`, { username: 'admin', password: 'admin123' });
    const byCookie = async (headers: Record<string, string>) => {
      const url = `${host.url}/events/${eventId}/tickets/import`;
      const type = { 'content-type': 'text/csv' };
      return (await jar.fetch(url, { method: 'POST', headers: { ...type, ...headers }, body: file })).status;
    };
    expect(await byCookie({ origin: 'https://elsewhere.example' })).toBe(403);
    expect(await byCookie({ origin: host.url })).toBe(200);
    const { id } = await importOnce(host.url, eventId, host.admin, () => true);
    const { token: scanner } = await host.person('importer-reader', 'SCANNER');
    for (const path of [
      `/ticket-imports/${id}`,
      `/ticket-imports/${id}/errors.csv`,
      `/events/${eventId}/tickets/imports`,
    ]) {
      expect((await read(path, scanner)).status).toBe(403);
      expect((await read(path)).status).toBe(200);
      expect(
        (await read(path.replace(String(id), eventId).replace(`/events/${eventId}`, '/events/nowhere')))
          .status,
      ).toBe(404);
    }
  });
});

/** Another process on the same database, as far as a test in one process goes. */
async function startReplica() {
  const replica = await startHostOn(host.database);
  const base = `http://127.0.0.1:${replica.port}`;
  const response = await new CookieJar().post(`${base}/api/auth/login`, {
    username: 'admin',
    password: 'admin123',
  });
  const { access_token } = (await response.json()) as { access_token: string };
  return { base, token: access_token, stop: () => replica.stop() };
}

const isUnderWay = ({ rows_read }: Record<string, unknown>) => Number(rows_read) >= 1_000;

describe('a list that comes slowly', () => {
  test('shows how far it is, the door goes on, and at its end it counts', async () => {
    const eventId = await ticketed();
    await send(eventId, 'code\nEARLY\n');
    const upload = new ListUpload(host.url, eventId, host.admin).write(listOf(5_000));
    const shown = await importOnce(
      host.url,
      eventId,
      committee,
      ({ rows_read }) => Number(rows_read) >= 4_000,
    );
    expect(shown).toMatchObject({ status: 'RUNNING', rows_taken: shown.rows_read, bytes_total: null });
    expect([await scan(eventId, 'EARLY'), await scan(eventId, 'C-0')]).toEqual([201, 400]);
    expect((await send(eventId, 'code\nX\n')).body).toEqual({
      detail: 'Another import of this event is under way.',
    });
    upload.end('LATE\n');
    expect(await upload.answer).toMatchObject({ status: 200, body: { rows_taken: 5_001, status: 'DONE' } });
    expect([await scan(eventId, 'C-0'), await scan(eventId, 'LATE')]).toEqual([201, 201]);
  });

  test('and whose connection breaks is FAILED, and none of it is let in', async () => {
    const eventId = await ticketed();
    const upload = new ListUpload(host.url, eventId, host.admin).write(listOf(3_000));
    const { id } = await importOnce(host.url, eventId, committee, isUnderWay);
    upload.cut();
    const failed = await importOnce(host.url, eventId, committee, ({ status }) => status !== 'RUNNING');
    const failure = 'The connection broke before the file ended.';
    expect(failed).toMatchObject({ id, status: 'FAILED', failure });
    expect(await scan(eventId, 'C-0')).toBe(400);
    expect(await send(eventId, listOf(2))).toMatchObject({ status: 200 });
    expect([await scan(eventId, 'C-0'), await scan(eventId, 'C-2')]).toEqual([201, 400]);
  });

  test('is seen and canceled at another replica, and its sender is told', async () => {
    const eventId = await ticketed();
    const replica = await startReplica();
    try {
      const upload = new ListUpload(host.url, eventId, host.admin).write(listOf(1_500));
      const { id } = await importOnce(replica.base, eventId, replica.token, isUnderWay);
      const second = new ListUpload(replica.base, eventId, replica.token).end('code\nX\n');
      expect(await second.answer).toMatchObject({ status: 409 });
      const query = 'mutation ($id: ID!) { cancelTicketImport(id: $id) { status } }';
      await fetch(`${replica.base}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${replica.token}` },
        body: JSON.stringify({ query, variables: { id } }),
      });
      expect(await upload.answer).toEqual({
        status: 409,
        body: { detail: 'The import was ended while the file was read.' },
      });
      expect(await importOnce(host.url, eventId, committee, () => true)).toMatchObject({
        id,
        status: 'CANCELED',
      });
    } finally {
      await replica.stop();
    }
  });

  test('ends with the server that reads it, which does not wait for it', async () => {
    const eventId = await ticketed();
    const replica = await startReplica();
    const upload = new ListUpload(replica.base, eventId, replica.token).write(listOf(1_500));
    await importOnce(host.url, eventId, committee, isUnderWay);
    await replica.stop();
    const failure = 'The server stops; send the file again.';
    expect(await upload.answer).toEqual({ status: 503, body: { detail: failure } });
    expect(await importOnce(host.url, eventId, committee, () => true)).toMatchObject({
      status: 'FAILED',
      failure,
    });
  });
});
