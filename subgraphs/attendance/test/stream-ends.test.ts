import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import { StreamClient } from '@tixgo/platform/testing/event-stream.ts';
import { createTestDatabase } from '@tixgo/platform/testing/test-database.ts';
import { DoorClient } from './door-client.ts';
import { startTestHost, type TestHost } from './host-client.ts';
import { attendanceChanged, checkIns } from './stream-documents.ts';

const secrets = { JWT_SECRET: 'j'.repeat(40), SERVICE_SECRET: 's'.repeat(40) };
const limits = { LIMIT_VIEWER_STREAMS: '3', LIMIT_STREAMS: '4', LIMIT_STREAM_BUFFER_BYTES: '32768' };

let host: TestHost;
let door: DoorClient;
let eventId: string;
beforeEach(async () => {
  host = await startTestHost({ ...secrets, ...limits });
  door = new DoorClient(host.url);
  eventId = await door.openEvent(host.admin);
}, 60_000);
afterEach(() => host.close());

const open = (query: string, token = host.admin, variables = {}) =>
  StreamClient.open(host.url, { query, variables: { eventId, ...variables } }, token);
const isOpen = ({ events }: StreamClient) => events.length > 0;
const scan = (ticketId: string = newId()) => door.scan(host.admin, eventId, ticketId);

/** A scan's event is of some 90 kB: what a connection holds by itself is soon full. */
const manyTimes = Array.from({ length: 150 }, (_, at) => `${`t${at}`.padEnd(450, '_')}: ticketId`).join(' ');
const longEvents = `subscription ($eventId: ID!, $after: ID) {
  checkIns(eventId: $eventId, after: $after) { id ${manyTimes} }
}`;
const scansThatFill = 200;
const longTickets = Array.from({ length: scansThatFill }, () => newId().padEnd(128, 'x'));

async function scanAll(ticketIds: readonly string[]): Promise<void> {
  const waiting = [...ticketIds];
  const one = async () => {
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) await scan(id);
  };
  await Promise.all(Array.from({ length: 16 }, one));
}

describe('a client that does not read', () => {
  test('is told that it is too slow, and goes on where it was without missing a check-in', async () => {
    const slow = await (await open(longEvents)).until(isOpen);
    const quick = await (await open(checkIns)).until(isOpen);
    slow.pause();
    await scanAll(longTickets);
    await quick.until(({ data }) => data.length === scansThatFill);
    slow.pause(false);
    expect(await slow.ending()).toBe('STREAM_TOO_SLOW');
    const { length } = slow.data;
    expect(length).toBeGreaterThan(0);
    expect(length).toBeLessThan(scansThatFill);
    const resumed = await open(longEvents, host.admin, { after: slow.data.at(-1).checkIns.id });
    await resumed.until(({ data }) => data.length === scansThatFill - length);
    const ids = [...slow.data, ...resumed.data].map(({ checkIns: { id } }) => id);
    expect(ids).toEqual(quick.data.map(({ checkIns: { id } }) => id));
  }, 60_000);

  test('of counts gets the newest ones when it reads again, and not all that it slept through', async () => {
    const fields = Array.from({ length: 150 }, (_, at) => `g${at}: gates { gate checkedIn }`).join(' ');
    const query = `subscription ($eventId: ID!) { attendanceChanged(eventId: $eventId) { totalCheckedIn ${fields} } }`;
    const gates = Array.from({ length: 200 }, (_, at) => `${at}`.padEnd(64, 'g'));
    const scanAt = 'mutation ($input: CheckInInput!) { checkIn(input: $input) { __typename } }';
    for (const gate of gates)
      await host.ask(scanAt, { input: { eventId, ticketId: newId(), gate } }, host.admin);
    const slow = await open(query);
    await slow.until(({ data }) => data.length === 1);
    slow.pause();
    // Each state has 2 MB.
    const quick = await open(attendanceChanged);
    for (let count = 1; count <= 14; count += 1) {
      await scan();
      await quick.until(({ data }) => data.at(-1)?.attendanceChanged.totalCheckedIn === gates.length + count);
    }
    slow.pause(false);
    await slow.until(({ data }) => data.at(-1)?.attendanceChanged.totalCheckedIn === gates.length + 14);
    expect(slow.data.length).toBeLessThan(14);
    expect(slow.codes).toEqual([]);
  }, 60_000);
});

test('a person has a number of streams, and the process has one', async () => {
  const three = await Promise.all([open(checkIns), open(checkIns), open(attendanceChanged)]);
  const refused = await open(checkIns);
  expect(await refused.ending()).toBe('RATE_LIMITED');
  expect(refused.events[1]?.data.errors[0].extensions).toMatchObject({ retryAfterSeconds: 5 });
  const { token } = await host.person('dora', 'SCANNER');
  const fourth = await (await open(attendanceChanged, token)).until(isOpen);
  expect(await (await open(attendanceChanged, token)).ending()).toBe('OVERLOADED');
  await three[0].close();
  const again = await (await open(checkIns)).until(isOpen);
  await scan('T');
  await again.until(({ data }) => data.length === 1);
  await fourth.until(({ data }) => data.length === 2);
});

test('a stream ends with the token that it was opened with', async () => {
  const lifetime = 120 * 60_000;
  const viewer = { id: newId(), username: 'ada', role: 'COMMITTEE', sessionId: newId() } as const;
  const issuedAt = new Date(Date.now() - lifetime + 1_500);
  const { token, expiresAt } = host.host.system.tokens.issue({ ...viewer, issuedAt });
  const stream = await (await open(checkIns, token)).until(isOpen);
  await scan('T');
  await stream.until(({ data }) => data.length === 1);
  expect(await stream.ending()).toBe('UNAUTHENTICATED');
  const endedAt = stream.events.at(-1)?.at ?? 0;
  expect(endedAt).toBeGreaterThanOrEqual(expiresAt.getTime());
  expect(endedAt).toBeLessThan(expiresAt.getTime() + 1_500);
});

test('a process that stops ends its streams, soon, and the next one goes on where they were', async () => {
  const streams = [await open(checkIns), await open(attendanceChanged)];
  for (const stream of streams) await stream.until(isOpen);
  await scan('one');
  await streams[0]?.until(({ data }) => data.length === 1);
  const began = Date.now();
  await host.host.stop();
  expect(Date.now() - began).toBeLessThan(5_000);
  for (const stream of streams) expect(await stream.ending()).toBe('STREAM_STOPPED');
  const database = host.database;
  host = await startTestHost({ ...secrets, ...limits }, database);
  door = new DoorClient(host.url);
  await scan('two');
  const resumed = await open(checkIns, host.admin, { after: streams[0]?.data[0].checkIns.id });
  await resumed.until(({ data }) => data.length === 1);
  expect(resumed.data[0].checkIns.ticketId).toBe('two');
});

test('a client that stopped reading holds no stop up', async () => {
  const stuck = await (await open(longEvents)).until(isOpen);
  stuck.pause();
  await scanAll(longTickets);
  const began = Date.now();
  await host.host.stop();
  expect(Date.now() - began).toBeLessThan(8_000);
  await stuck.close();
  host = await startTestHost({ ...secrets }, await createTestDatabase());
}, 60_000);
