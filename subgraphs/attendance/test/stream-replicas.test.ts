import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import { StreamClient } from '@tixgo/platform/testing/event-stream.ts';
import { isNatsServerInstalled, NatsServer } from '@tixgo/platform/testing/nats-server.ts';
import { createTestDatabase, type TestDatabase } from '@tixgo/platform/testing/test-database.ts';
import type { RunningHost } from '../host/host.ts';
import { DoorClient } from './door-client.ts';
import { clientOf, type HostClient, startHostOn } from './host-client.ts';
import { attendanceChanged, checkIns } from './stream-documents.ts';

const shared = { JWT_SECRET: 'j'.repeat(40), SERVICE_SECRET: 's'.repeat(40) };

let broker: NatsServer;
let database: TestDatabase;
let hosts: RunningHost[];
let clients: HostClient[];
let doors: DoorClient[];
let admin: string;

(isNatsServerInstalled() ? describe : describe.skip)('streams of two hosts on one broker', () => {
  beforeAll(async () => {
    [database, broker] = await Promise.all([createTestDatabase(), NatsServer.start()]);
    const environment = { ...shared, NATS_URL: broker.url };
    hosts = await Promise.all([startHostOn(database, environment), startHostOn(database, environment)]);
    clients = hosts.map(clientOf);
    doors = clients.map(({ url }) => new DoorClient(url));
    for (const client of clients) await untilReady(client);
    admin = await at(doors, 0).signIn();
  }, 60_000);
  afterAll(async () => {
    await Promise.all(hosts.map((host) => host.stop()));
    await broker.close();
    await database.close();
  });

  test('have what is scanned at either, in one order, also for those who catch up meanwhile', async () => {
    const eventId = await at(doors, 0).openEvent(admin);
    const live = await Promise.all([0, 1].map((index) => open(index, checkIns, { eventId })));
    for (const stream of live) await stream.until(isOpen);
    await at(doors, 0).scan(admin, eventId, 'first');
    for (const stream of live) await stream.until(({ data }) => data.length === 1);
    const after = at(live, 0).data[0].checkIns.id;
    const ids = Array.from({ length: 80 }, (_, index) => `T${index}`);
    const scanning = Promise.all(
      [0, 1, 2, 3].map(async (part) => {
        for (const id of ids.filter((_, index) => index % 4 === part))
          await at(doors, part).scan(admin, eventId, id);
      }),
    );
    const late: StreamClient[] = [];
    for (let count = 0; count < 6; count += 1) {
      const stream = await open(count, checkIns, { eventId, after });
      late.push(await stream.until(({ data }) => data.length > 8 * count));
    }
    await scanning;
    const order = async (stream: StreamClient) => {
      await stream.until(({ data }) => ids.every((id) => data.some((one) => one.checkIns.ticketId === id)));
      return [...new Set(stream.data.map((one) => one.checkIns.ticketId))].filter((id) => id !== 'first');
    };
    const first = await order(at(live, 0));
    expect(first).toHaveLength(ids.length);
    for (const stream of [...live, ...late]) expect(await order(stream)).toEqual(first);
    await closeAll([...live, ...late]);
  });

  test('have the counts of both', async () => {
    const eventId = await at(doors, 0).openEvent(admin);
    const stream = await open(1, attendanceChanged, { eventId });
    for (let count = 0; count < 10; count += 1) await at(doors, count).scan(admin, eventId, newId());
    await stream.until(({ data }) => data.at(-1)?.attendanceChanged.totalCheckedIn === 10);
    await stream.close();
  });

  test('end at the one within a second when access was ended at the other', async () => {
    const eventId = await at(doors, 0).openEvent(admin);
    const stream = await open(1, checkIns, { eventId });
    const other = await open(1, checkIns, { eventId }, await at(doors, 1).signIn());
    for (const one of [stream, other]) await one.until(isOpen);
    const began = Date.now();
    const token = admin;
    admin = await at(doors, 0).signIn();
    await at(clients, 0).ask('mutation { logout }', {}, token);
    expect(await stream.ending()).toBe('UNAUTHENTICATED');
    expect(at(stream.events, -1).at - began).toBeLessThan(1_500);
    await at(doors, 0).scan(admin, eventId, 'T');
    await other.until(({ data }) => data.length === 1);
    await other.close();
  });

  test('miss nothing of what was scanned while the broker was away, and repeat nothing that it gets again', async () => {
    const eventId = await at(doors, 0).openEvent(admin);
    const streams = await Promise.all([0, 1].map((index) => open(index, checkIns, { eventId })));
    for (const stream of streams) await stream.until(isOpen);
    await at(doors, 0).scan(admin, eventId, 'before');
    for (const stream of streams) await stream.until(({ data }) => data.length === 1);
    await broker.kill();
    await broker.forgetEverything();
    const ids = ['one', 'two', 'three'];
    for (const [index, id] of ids.entries()) await at(doors, index).scan(admin, eventId, id);
    await broker.start();
    for (const stream of streams) {
      await stream.until(({ data }) => data.length >= 4);
      expect(stream.data.map((one) => one.checkIns.ticketId)).toEqual(['before', ...ids]);
    }
    await closeAll(streams);
  }, 30_000);

  test('resume at the other host when one stops', async () => {
    const eventId = await at(doors, 0).openEvent(admin);
    const stream = await (await open(0, checkIns, { eventId })).until(isOpen);
    await at(doors, 1).scan(admin, eventId, 'one');
    await stream.until(({ data }) => data.length === 1);
    await hosts[0]?.stop();
    expect(await stream.ending()).toBe('STREAM_STOPPED');
    await at(doors, 1).scan(admin, eventId, 'two');
    const resumed = await open(1, checkIns, { eventId, after: stream.data[0].checkIns.id });
    await resumed.until(({ data }) => data.length === 1);
    expect(resumed.data[0].checkIns.ticketId).toBe('two');
    await resumed.close();
  });
});

/** By turns. */
function at<Item>(items: readonly Item[], index: number): Item {
  const item = items.at(index < 0 ? index : index % items.length);
  if (item === undefined) throw new Error('There is none.');
  return item;
}

async function open(
  index: number,
  query: string,
  variables: Record<string, unknown>,
  token = admin,
): Promise<StreamClient> {
  return await StreamClient.open(at(clients, index).url, { query, variables }, token);
}

const isOpen = ({ events }: StreamClient) => events.length > 0;
const closeAll = (streams: readonly StreamClient[]) => Promise.all(streams.map((stream) => stream.close()));

async function untilReady({ url }: HostClient): Promise<void> {
  const deadline = Date.now() + 10_000;
  while ((await fetch(`${url}/ready`)).status !== 200) {
    if (Date.now() > deadline) throw new Error(`${url} is not ready.`);
  }
}
