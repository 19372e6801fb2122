import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import type { Scan } from '../domain/door.ts';
import { AttendanceSystem, checkIn as checkInMutation, scanner, undo } from './attendance-system.ts';

let system: AttendanceSystem;
beforeAll(async () => {
  system = await AttendanceSystem.start({ poolSize: 20 });
});
afterAll(() => system.close());

async function scanned(eventId: string, ticketId: string = newId()): Promise<string> {
  return (await system.scan({ eventId, ticketId })).id;
}

/** The check-ins of all that changed after one, in their order; undefined where it cannot be told. */
async function after(eventId: string, checkInId: string): Promise<string[] | undefined> {
  const changes = await system.subgraph.services.changesAfter(eventId, checkInId);
  return changes?.flatMap(({ checkInIds }) => checkInIds);
}

test('a scan that only repeats an answer, or that cannot be decided, changes nothing', async () => {
  const eventId = await system.event();
  const scan = { input: { eventId, ticketId: 'T', nonce: 'n' } };
  const { id } = (await system.client.data(checkInMutation, scan, scanner)).checkIn;
  await system.client.data(checkInMutation, scan, scanner);
  await system.client.answer(undo, { id }, scanner);
  expect(await system.subgraph.services.changesAfter(eventId, id)).toMatchObject([{ checkInIds: [] }]);
});

describe('what changed at an event after a check-in', () => {
  test('is every later check-in, and none of another event', async () => {
    const [eventId, other] = [await system.event(), await system.event()];
    const first = await scanned(eventId);
    await scanned(other);
    const second = await scanned(eventId);
    const third = await scanned(eventId);
    expect(await after(eventId, first)).toEqual([second, third]);
    expect(await after(eventId, third)).toEqual([]);
    expect(await after(eventId, second.toUpperCase())).toEqual([third]);
  });

  test('is also a scan whose id is older, but which was decided later', async () => {
    const eventId = await system.event();
    await scanned(eventId);
    const [waiting, overtaking] = [scanOf(), scanOf()];
    const holder = await system.database.pool.connect();
    await holder.query('begin');
    await holder.query(
      `insert into attendance.ticket_state (event_id, ticket_id, entries, inside, accepted)
       values ($1, $2, 0, false, 0)`,
      [eventId, waiting.ticketId],
    );
    const { runScanBatch } = system.subgraph.services;
    const held = runScanBatch(eventId, [waiting]);
    await runScanBatch(eventId, [overtaking]);
    await holder.query('rollback');
    holder.release();
    await held;
    expect(waiting.id < overtaking.id).toBe(true);
    expect(await after(eventId, overtaking.id)).toEqual([waiting.id]);
  });

  test('is in one order for everybody, however many scans are decided at once', async () => {
    const eventId = await system.event();
    const first = await scanned(eventId);
    const { runScanBatch } = system.subgraph.services;
    const batches = Array.from({ length: 60 }, (_, index) =>
      Array.from({ length: 1 + (index % 3) }, () => scanOf()),
    );
    await Promise.all(batches.map((batch) => runScanBatch(eventId, batch)));
    const all = (await after(eventId, first)) ?? [];
    expect(all.toSorted()).toEqual(
      batches
        .flat()
        .map(({ id }) => id)
        .toSorted(),
    );
    for (const [index, id] of all.entries()) expect(await after(eventId, id)).toEqual(all.slice(index + 1));
  });

  test('tells of one that was undone, and of a refusal that something changed', async () => {
    const eventId = await system.event();
    const first = await scanned(eventId, 'T');
    const second = await scanned(eventId);
    await system.undo(first);
    await system.scan({ eventId, ticketId: second, direction: 'EXIT' });
    const changes = await system.subgraph.services.changesAfter(eventId, second);
    expect(changes?.map(({ checkInIds }) => checkInIds)).toEqual([[], [first], []]);
  });

  test('is one fact for the scans that were decided together', async () => {
    const eventId = await system.event();
    const first = await scanned(eventId);
    const batch = [scanOf(), scanOf(), scanOf()];
    await system.subgraph.services.runScanBatch(eventId, batch);
    const changes = await system.subgraph.services.changesAfter(eventId, first);
    expect(changes?.filter(({ checkInIds }) => checkInIds.length > 0)).toEqual([
      { factId: expect.any(String), checkInIds: batch.map(({ id }) => id) },
    ]);
  });

  test('cannot be told of a check-in of an hour ago, of a thousand changes, and of what is none', async () => {
    const eventId = await system.event();
    expect(await after(eventId, newId())).toBeUndefined();
    const first = await scanned(eventId);
    const other = await system.event();
    expect(await after(other, first)).toBeUndefined();
    await expect(after(eventId, 'first')).rejects.toMatchObject({ extensions: { field: 'after' } });
    await tellChanges(eventId, 999);
    expect(await after(eventId, first)).toHaveLength(0);
    await tellChanges(eventId, 1);
    expect(await after(eventId, first)).toBeUndefined();
    const second = await scanned(eventId);
    system.at(new Date(Date.now() + 59 * 60_000).toISOString());
    expect(await after(eventId, second)).toEqual([]);
    system.at(new Date(Date.now() + 61 * 60_000).toISOString());
    expect(await after(eventId, second)).toBeUndefined();
  });
});

function scanOf(): Scan {
  return {
    id: newId(),
    ticketId: newId(),
    direction: 'ENTRY',
    gate: null,
    at: new Date(),
    by: { id: newId(), username: 'dora' },
    byHand: true,
    mayForce: false,
    nonce: null,
    deviceTime: null,
  };
}

async function tellChanges(eventId: string, count: number): Promise<void> {
  await system.database.pool.query(
    `insert into attendance.outbox (id, type, version, key, payload, occurred_at, published_at)
     select overlay(gen_random_uuid()::text placing 'ffff' from 1)::uuid, 'attendance.changed', 1, $1, '{"checkInIds": []}', now(), now()
     from generate_series(1, $2)`,
    [eventId, count],
  );
}
