import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findFreePort } from '@tixgo/platform/testing/free-port.ts';
import { HostProcess, newFolder } from './host-process.ts';
import { bearer, type CurlAnswer, curl, jsonHeader } from './rest-curl.ts';

let process: HostProcess;
let host: string;
let identity: string;
beforeAll(async () => {
  const identityPort = await findFreePort();
  process = await HostProcess.start({
    DATA_DIR: 'memory',
    DEMO_DATA: 'true',
    IDENTITY_PORT: String(identityPort),
  });
  host = process.url;
  identity = `http://127.0.0.1:${identityPort}`;
  await process.ready();
}, 60_000);
afterAll(async () => {
  await process.stop();
});

const post = (url: string, body: object, ...args: string[]) =>
  curl('-X', 'POST', url, ...jsonHeader, '-d', JSON.stringify(body), ...args);
const put = (url: string, body: object, ...args: string[]) =>
  curl('-X', 'PUT', url, ...jsonHeader, '-d', JSON.stringify(body), ...args);

async function tokenOf(username: string, password: string): Promise<string> {
  const { json } = await post(`${identity}/auth/login`, { username, password });
  return json.access_token;
}

const refusal = (status: number) => ({ status, json: { detail: expect.stringMatching(/\w+ \w+/) } });

describe('the journey of the door, by bearer token', () => {
  const testuser = { username: 'testuser', password: 'testpass123' };
  let token: string;

  test('identity is alive and takes a new account, once', async () => {
    const health = await curl(`${identity}/health`);
    expect(health).toMatchObject({ status: 200, text: '{"status":"ok","service":"identity-service"}' });
    const account = { ...testuser, role: 'committee' };
    const created = await post(`${identity}/auth/register`, account);
    expect(created).toMatchObject({ status: 201, json: { username: 'testuser', role: 'committee' } });
    const again = await post(`${identity}/auth/register`, account);
    expect(again).toMatchObject({ status: 400, json: { detail: expect.stringContaining('testuser') } });
  });

  test('a sign-in gives a token that says who one is', async () => {
    const login = await post(`${identity}/auth/login`, testuser);
    expect(login).toMatchObject({
      status: 200,
      json: { access_token: expect.stringMatching(/^ey/), token_type: 'bearer' },
    });
    token = login.json.access_token;
    const me = await curl(`${identity}/auth/me`, ...bearer(token));
    expect(me).toMatchObject({ status: 200, json: { username: 'testuser', role: 'committee' } });
    const verified = await curl(`${identity}/auth/verify`, ...bearer(token));
    expect(verified).toMatchObject({ status: 200, json: { valid: true, username: 'testuser' } });
    expect(await post(`${identity}/auth/login`, { ...testuser, password: 'another' })).toMatchObject(
      refusal(401),
    );
  });

  test('a ticket is let in once, and everyone let in is on the list', async () => {
    const scan = () => post(`${host}/checkins`, { event_id: 'evt1', ticket_id: 'TKT-001' }, ...bearer(token));
    const first = await scan();
    const record = { event_id: 'evt1', ticket_id: 'TKT-001', checked_in_by: 'testuser' };
    expect(first).toMatchObject({ status: 201, json: record });
    expect(Date.parse(first.json.checked_in_at)).not.toBeNaN();
    const second = await scan();
    expect(second).toMatchObject({ status: 400, json: { detail: expect.stringContaining('testuser') } });

    const { status, json } = await curl(`${host}/attendance/evt1`, ...bearer(token));
    expect([status, Object.keys(json)]).toEqual([200, ['event_id', 'total_checked_in', 'records']]);
    expect(json).toMatchObject({ event_id: 'evt1', total_checked_in: 1, records: [first.json] });
    const list = await curl(`${host}/checkins?event_id=evt1`, ...bearer(token));
    expect(list).toMatchObject({ status: 200, json: [first.json] });
    const csv = await curl(`${host}/attendance/evt1.csv`, ...bearer(token));
    const [head, row] = csv.text.split('\r\n');
    expect(head).toBe('id,event_id,ticket_id,direction,gate,checked_in_by,checked_in_at,undone_at');
    expect(row).toBe(`${first.json.id},evt1,TKT-001,ENTRY,,testuser,${first.json.checked_in_at},`);
  });

  test('events are made, changed and deleted by admins, and by nobody else', async () => {
    const admin = await tokenOf('admin', 'admin123');
    const event = {
      id: 'curl-night',
      name: 'A night of curl',
      starts_at: '2030-05-01T18:00:00Z',
      ends_at: '2030-05-01T22:00:00Z',
      timezone: 'Europe/Berlin',
    };
    const address = `${host}/events/curl-night`;
    expect(await post(`${host}/events`, event, ...bearer(token))).toMatchObject(refusal(403));
    expect(await post(`${host}/events`, event)).toMatchObject(refusal(401));
    const created = await post(`${host}/events`, event, ...bearer(admin));
    expect(created).toMatchObject({ status: 201, json: { id: 'curl-night', status: 'PUBLISHED' } });
    expect(await post(`${host}/events`, event, ...bearer(admin))).toMatchObject(refusal(409));
    expect(await curl(address)).toMatchObject({ status: 200, json: created.json });
    expect(await curl(`${host}/events`)).toMatchObject({
      json: expect.arrayContaining([expect.objectContaining({ id: 'evt1' }), created.json]),
    });

    const renamed = { name: 'Another night' };
    expect(await put(address, renamed, ...bearer(token))).toMatchObject(refusal(403));
    expect(await put(address, renamed, ...bearer(admin))).toMatchObject({ status: 200, json: renamed });
    expect(await curl('-X', 'DELETE', address, ...bearer(token))).toMatchObject(refusal(403));
    expect(await curl('-X', 'DELETE', address, ...bearer(admin))).toMatchObject({ status: 204, text: '' });
    expect(await curl(address)).toMatchObject(refusal(404));
  });

  test('a draft is seen by admins until it is published', async () => {
    const admin = await tokenOf('admin', 'admin123');
    const draft = {
      id: 'curl-draft',
      name: 'A draft',
      status: 'DRAFT',
      starts_at: '2030-05-01T18:00:00Z',
      ends_at: '2030-05-01T22:00:00Z',
      timezone: 'Europe/Berlin',
    };
    await post(`${host}/events`, draft, ...bearer(admin));
    const address = `${host}/events/curl-draft`;
    expect(await curl(address, ...bearer(token))).toMatchObject(refusal(404));
    expect(await curl(address, ...bearer(admin))).toMatchObject({ status: 200, json: { status: 'DRAFT' } });
    const drafts = await curl(`${host}/events?status=draft`, ...bearer(admin));
    expect(drafts.json).toContainEqual(expect.objectContaining({ id: 'curl-draft' }));
    const scan = await post(
      `${host}/checkins`,
      { event_id: 'curl-draft', ticket_id: 'T1' },
      ...bearer(token),
    );
    expect(scan).toMatchObject({ ...refusal(409) });
  });

  test('a summary is the event and its attendance together', async () => {
    const summary = await curl(`${host}/events/evt1/summary`, ...bearer(token));
    expect(summary).toMatchObject({
      status: 200,
      json: {
        event: { id: 'evt1', status: 'PUBLISHED' },
        attendance: { event_id: 'evt1', total_checked_in: 1, inside: 1 },
        sales: { sold: expect.any(Number) },
      },
    });
    expect(await curl(`${host}/events/evt1/summary`)).toMatchObject(refusal(401));
  });
});

describe('the journey of a booking, by cookie', () => {
  const jar = join(newFolder(), 'jar');
  const cookie = ['-c', jar, '-b', jar];
  const account = { username: 'buyer', password: 'testpass123' };
  let seat: string;
  let orderId: string;

  test('somebody registers, signs in and stays signed in', async () => {
    const api = `${host}/api/auth`;
    const created = await post(`${api}/register`, account);
    expect(created).toMatchObject({ status: 201, json: { username: 'buyer', role: 'user' } });
    expect(await curl(`${api}/me`, ...cookie)).toMatchObject(refusal(401));
    expect(await post(`${api}/login`, account, ...cookie)).toMatchObject({ status: 200 });
    expect(await curl(`${api}/me`, ...cookie)).toMatchObject({ status: 200, json: { username: 'buyer' } });
    expect(await curl(`${api}/verify`, ...cookie)).toMatchObject({ status: 200, json: { valid: true } });
  });

  test('events are found by what is known of them', async () => {
    const found = async (filter: string) => {
      const { json } = await curl(`${host}/api/events?${filter}`, ...cookie);
      return json.map(({ id }: { id: string }) => id);
    };
    expect(await found('search=open%20source')).toEqual(['evt1']);
    expect(await found('city=Berlin&status=Published')).toContain('evt1');
    expect(await found('city=Berlin&to=2001-01-01T00:00:00Z')).toEqual([]);
    expect(await found('status=canceled')).not.toContain('evt1');
    expect(await curl(`${host}/api/events/my/events`, ...cookie)).toMatchObject({ status: 200, json: [] });
  });

  test('tickets are booked, and where there is a choice the answer says so', async () => {
    const book = (body: object) => post(`${host}/api/tickets/book`, body, ...cookie);
    const choice = await book({ event_id: 'evt1', quantity: 2 });
    expect(choice).toMatchObject({
      status: 400,
      json: { detail: expect.stringMatching(/^ticket_type_id: /) },
    });
    seat = /([0-9a-f-]{36}) \(Supporter seat\)/.exec(choice.json.detail)?.[1] ?? '';
    const order = await book({ event_id: 'evt1', ticket_type_id: seat, quantity: 2 });
    expect(order).toMatchObject({
      status: 201,
      json: {
        event_id: 'evt1',
        status: 'pending',
        total: { amount: 3000, currency: 'EUR' },
        lines: [{ ticket_type_id: seat, ticket_type: 'Supporter seat', quantity: 2 }],
        tickets: [],
      },
    });
    orderId = order.json.id;
    // One after the other: curl writes its jar anew, and one that reads meanwhile has no cookie.
    const mine = await curl(`${host}/api/tickets/orders`, ...cookie);
    const one = await curl(`${host}/api/tickets/orders/${orderId}`, ...cookie);
    expect([mine.json, one.json]).toEqual([[order.json], order.json]);
  });

  test('an order is paid once, and shows its tickets', async () => {
    const pay = (body: object = {}) =>
      post(`${host}/api/payments/process`, { order_id: orderId, ...body }, ...cookie);
    expect(await pay({ payment_method: 'pm_card_visa_chargeDeclined' })).toMatchObject(refusal(402));
    const paid = await pay();
    expect(paid).toMatchObject({ status: 200, json: { order_id: orderId, status: 'succeeded' } });
    expect(await pay()).toMatchObject(refusal(409));
    const payments = await curl(`${host}/api/payments/history`, ...cookie);
    expect(payments.json.map(({ status }: { status: string }) => status)).toEqual(['succeeded', 'failed']);
    expect(await curl(`${host}/api/payments/${paid.json.id}`, ...cookie)).toMatchObject({ json: paid.json });
    const order = await orderWith('paid');
    expect(order.json.tickets).toHaveLength(2);
    expect(order.json.tickets[0]).toMatchObject({ status: 'VALID', code: expect.any(String) });
  });

  test('an order that is not paid is called off, once', async () => {
    const { json: order } = await post(
      `${host}/api/tickets/book`,
      { event_id: 'evt1', ticket_type_id: seat },
      ...cookie,
    );
    const address = `${host}/api/tickets/orders/${order.id}`;
    expect(await put(address, { status: 'paid' }, ...cookie)).toMatchObject(refusal(400));
    const canceled = await put(address, { status: 'cancelled' }, ...cookie);
    expect(canceled).toMatchObject({ status: 200, json: { id: order.id, status: 'cancelled' } });
    expect(
      await put(`${host}/api/tickets/orders/${orderId}`, { status: 'cancelled' }, ...cookie),
    ).toMatchObject(refusal(409));
  });

  test('what is one buyer’s is nobody else’s', async () => {
    const other = await tokenOf('testuser', 'testpass123');
    expect(await curl(`${host}/api/tickets/orders/${orderId}`, ...bearer(other))).toMatchObject(refusal(404));
    expect(await curl(`${host}/attendance/evt1`, ...cookie)).toMatchObject(refusal(403));
  });

  test('signing out ends the session and empties the jar', async () => {
    expect(await post(`${host}/api/auth/logout`, {}, ...cookie)).toMatchObject({ status: 200 });
    expect(await curl(`${host}/api/auth/me`, ...cookie)).toMatchObject(refusal(401));
    expect(await curl(`${host}/api/tickets/orders`, ...cookie)).toMatchObject(refusal(401));
  });

  /** The sale hears of the payment by a fact, soon after it. */
  async function orderWith(status: string): Promise<CurlAnswer> {
    for (;;) {
      const answer = await curl(`${host}/api/tickets/orders/${orderId}`, ...cookie);
      if (answer.json.status === status) return answer;
    }
  }
});
