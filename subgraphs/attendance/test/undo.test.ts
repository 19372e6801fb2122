import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import { userViewer } from '@tixgo/platform/testing/ask.ts';
import { AttendanceSystem, admitted, committee, undo } from './attendance-system.ts';

let system: AttendanceSystem;
beforeAll(async () => {
  system = await AttendanceSystem.start();
});
afterAll(() => system.close());

describe('undoing a check-in', () => {
  test('lets the ticket in again, and counts as if it had not come', async () => {
    const eventId = await system.event();
    const first = await system.scan({ eventId, ticketId: 'T', gate: 'North' });
    expect(await system.undo(first.id)).toEqual({ id: first.id, undoneAt: expect.any(String) });
    const none = { totalCheckedIn: 0, inside: 0, gates: [{ gate: 'North', checkedIn: 0, inside: 0 }] };
    expect(await system.counts(eventId)).toMatchObject(none);
    expect(await system.scan({ eventId, ticketId: 'T', gate: 'South' })).toMatchObject(admitted);
    expect(await system.counts(eventId)).toMatchObject({
      totalCheckedIn: 1,
      inside: 1,
      gates: [
        { gate: 'North', checkedIn: 0, inside: 0 },
        { gate: 'South', checkedIn: 1, inside: 1 },
      ],
    });
  });

  test('of an exit brings the ticket back inside', async () => {
    const eventId = await system.event({ entryPolicy: 'REENTRY_AFTER_EXIT' });
    await system.scan({ eventId, ticketId: 'T' });
    const exit = await system.scan({ eventId, ticketId: 'T', direction: 'EXIT' });
    await system.undo(exit.id);
    expect(await system.counts(eventId)).toMatchObject({ totalCheckedIn: 1, inside: 1 });
    expect(await system.scan({ eventId, ticketId: 'T' })).toMatchObject({ reason: 'ALREADY_REDEEMED' });
  });

  test('of the first of several entries leaves the others', async () => {
    const eventId = await system.event({ entryPolicy: 'UNLIMITED' });
    const first = await system.scan({ eventId, ticketId: 'T', gate: 'North' });
    await system.scan({ eventId, ticketId: 'T', gate: 'South' });
    await system.undo(first.id);
    expect(await system.counts(eventId)).toMatchObject({
      totalCheckedIn: 1,
      inside: 1,
      gates: [
        { gate: 'North', checkedIn: 0, inside: 0 },
        { gate: 'South', checkedIn: 1, inside: 1 },
      ],
    });
  });

  test('of an entry leaves a ticket outside that had gone out before', async () => {
    const eventId = await system.event({ entryPolicy: 'REENTRY_AFTER_EXIT' });
    await system.scan({ eventId, ticketId: 'T', gate: 'North' });
    await system.scan({ eventId, ticketId: 'T', direction: 'EXIT' });
    const again = await system.scan({ eventId, ticketId: 'T', gate: 'South' });
    await system.undo(again.id);
    expect(await system.counts(eventId)).toMatchObject({
      totalCheckedIn: 1,
      inside: 0,
      gates: [
        { gate: 'North', checkedIn: 1, inside: 0 },
        { gate: 'South', checkedIn: 0, inside: 0 },
      ],
    });
    expect(await system.scan({ eventId, ticketId: 'T' })).toMatchObject(admitted);
  });

  test('of the last of several entries brings the ticket back to the gate before', async () => {
    const eventId = await system.event({ entryPolicy: 'UNLIMITED' });
    for (const gate of ['North', 'South']) await system.scan({ eventId, ticketId: 'T', gate });
    const { id } = await system.scan({ eventId, ticketId: 'T', gate: 'East' });
    const elsewhere = [
      { gate: 'North', checkedIn: 1, inside: 0 },
      { gate: 'South', checkedIn: 0, inside: 1 },
    ];
    await system.undo(id);
    expect((await system.counts(eventId)).gates).toEqual([
      { gate: 'East', checkedIn: 0, inside: 0 },
      ...elsewhere,
    ]);
  });

  test('leaves a ticket that first came without a gate counted at none', async () => {
    const eventId = await system.event({ entryPolicy: 'UNLIMITED' });
    await system.scan({ eventId, ticketId: 'T' });
    const [north, south] = [
      await system.scan({ eventId, ticketId: 'T', gate: 'North' }),
      await system.scan({ eventId, ticketId: 'T', gate: 'South' }),
    ];
    await system.undo(south.id);
    expect((await system.counts(eventId)).gates).toEqual([
      { gate: 'North', checkedIn: 0, inside: 1 },
      { gate: 'South', checkedIn: 0, inside: 0 },
    ]);
    await system.undo(north.id);
    expect(await system.counts(eventId)).toMatchObject({
      totalCheckedIn: 1,
      inside: 1,
      gates: [
        { gate: 'North', checkedIn: 0, inside: 0 },
        { gate: 'South', checkedIn: 0, inside: 0 },
      ],
    });
  });

  test('lets the ticket in again though it was refused meanwhile', async () => {
    const eventId = await system.event();
    const first = await system.scan({ eventId, ticketId: 'T' });
    await system.scan({ eventId, ticketId: 'T' });
    await system.undo(first.id);
    expect(await system.counts(eventId)).toMatchObject({ totalCheckedIn: 0, inside: 0, refused: 1 });
    expect(await system.scan({ eventId, ticketId: 'T' })).toMatchObject(admitted);
  });

  test('leaves the other tickets of the event alone', async () => {
    const eventId = await system.event();
    const first = await system.scan({ eventId, ticketId: 'T' });
    await system.scan({ eventId, ticketId: 'U' });
    await system.undo(first.id);
    expect(await system.counts(eventId)).toMatchObject({ totalCheckedIn: 1, inside: 1 });
    expect(await system.scan({ eventId, ticketId: 'U' })).toMatchObject({ reason: 'ALREADY_REDEEMED' });
    expect(await system.scan({ eventId, ticketId: 'T' })).toMatchObject(admitted);
  });

  test('of an exit makes the last entry that stands answer for a refusal', async () => {
    const eventId = await system.event({ entryPolicy: 'REENTRY_AFTER_EXIT' });
    await system.scan({ eventId, ticketId: 'T' });
    await system.scan({ eventId, ticketId: 'T', direction: 'EXIT' });
    const { id } = await system.scan({ eventId, ticketId: 'T' });
    const exit = await system.scan({ eventId, ticketId: 'T', direction: 'EXIT' });
    await system.undo(exit.id);
    expect(await system.scan({ eventId, ticketId: 'T' })).toMatchObject({ previous: { id } });
  });

  test('under ONCE_PER_DAY frees the day in the zone of the event, and no other', async () => {
    const own = await AttendanceSystem.start();
    try {
      const eventId = await own.event({ entryPolicy: 'ONCE_PER_DAY', timezone: 'Asia/Tokyo' });
      const enter = async (time: string) => {
        own.at(time);
        return await own.scan({ eventId, ticketId: 'T' });
      };
      const first = await enter('2026-07-01T10:00:00Z');
      const second = await enter('2026-07-02T10:00:00Z');
      // Already the fourth in Tokyo.
      const third = await enter('2026-07-03T15:30:00Z');
      await own.undo(first.id);
      expect(await enter('2026-07-03T15:40:00Z')).toMatchObject({ previous: { id: third.id } });
      await own.undo(third.id);
      await own.undo(second.id);
      expect(await enter('2026-07-03T15:50:00Z')).toMatchObject(admitted);
    } finally {
      await own.close();
    }
  });

  test('takes it out of the minute it happened in', async () => {
    const own = await AttendanceSystem.start();
    try {
      const eventId = await own.event();
      own.at('2026-07-01T10:00:00Z');
      const enter = async (ticketId: string) => await own.scan({ eventId, ticketId });
      const { id } = await enter('T');
      own.at('2026-07-01T10:05:00Z');
      await enter('U');
      await own.undo(id);
      const query = `{ attendance(eventId: "${eventId}") { timeline(bucket: MINUTE) { from entries exits } } }`;
      expect((await own.client.data(query, {}, committee)).attendance.timeline).toEqual([
        { from: '2026-07-01T10:05:00.000Z', entries: 1, exits: 0 },
      ]);
    } finally {
      await own.close();
    }
  });

  test('is kept in the log with who did it and why', async () => {
    const { id } = await system.scan({ eventId: await system.event(), ticketId: 'T' });
    const boss = userViewer('ADMIN', 'boss');
    const { undoCheckIn } = await system.client.data(undo, { id, reason: ' wrong person ' }, boss);
    const { rows } = await system.database.pool.query(
      'select by_id, by_username, note, at from attendance.scan where undoes = $1',
      [id],
    );
    expect(rows).toEqual([
      { by_id: boss.id, by_username: 'boss', note: 'wrong person', at: new Date(undoCheckIn.undoneAt) },
    ]);
  });

  test('leaves everything as it was where the counters cannot follow', async () => {
    const eventId = await system.event();
    const { id } = await system.scan({ eventId, ticketId: 'T' });
    await system.database.pool.query('delete from attendance.event_tally where event_id = $1', [eventId]);
    expect(await system.client.refusal(undo, { id }, committee)).toMatchObject({
      code: 'INTERNAL_SERVER_ERROR',
    });
    const query = `{ checkIn(id: "${id}") { undoneAt } }`;
    expect((await system.client.data(query, {}, committee)).checkIn).toEqual({ undoneAt: null });
  });

  test('keeps the record, with the moment', async () => {
    const eventId = await system.event();
    const { id } = await system.scan({ eventId, ticketId: 'T' });
    const { undoneAt } = await system.undo(id);
    const query =
      'query ($eventId: ID!) { attendance(eventId: $eventId) { records { totalCount edges { node { id undoneAt } } } timeline { entries } } }';
    expect((await system.client.data(query, { eventId }, committee)).attendance).toEqual({
      records: { totalCount: 1, edges: [{ node: { id, undoneAt } }] },
      timeline: [],
    });
  });

  test('happens once, however many ask at once', async () => {
    const eventId = await system.event();
    const { id } = await system.scan({ eventId, ticketId: 'T' });
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => system.client.answer(undo, { id }, committee)),
    );
    const codes = answers.map(({ errors }) => errors?.[0]?.extensions?.code ?? 'done').sort();
    expect(codes).toEqual([...Array.from({ length: 7 }, () => 'CONFLICT'), 'done']);
    expect(await system.counts(eventId)).toMatchObject({ totalCheckedIn: 0, inside: 0 });
  });

  test('of a refused scan, of nothing, without a reason or with an endless one is refused', async () => {
    const eventId = await system.event();
    const { id } = await system.scan({ eventId, ticketId: 'T' });
    await system.scan({ eventId, ticketId: 'T' });
    const { rows } = await system.database.pool.query(
      'select id from attendance.scan where event_id = $1 and outcome = $2',
      [eventId, 'REFUSED'],
    );
    for (const wrong of [rows[0].id, newId(), 'evt1', '']) {
      expect(await system.client.refusal(undo, { id: wrong }, committee)).toMatchObject({
        code: 'NOT_FOUND',
      });
    }
    for (const reason of [' ', 'x'.repeat(501)]) {
      expect(await system.client.refusal(undo, { id, reason }, committee)).toMatchObject({
        code: 'BAD_USER_INPUT',
        field: 'reason',
      });
    }
    await system.client.data(undo, { id, reason: 'x'.repeat(500) }, committee);
  });
});
