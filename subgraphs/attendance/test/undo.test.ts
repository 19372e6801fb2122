import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import {
  type AttendanceSystem,
  attendance,
  checkIn,
  committee,
  startAttendance,
  undo,
} from './attendance-system.ts';

let system: AttendanceSystem;
beforeAll(async () => {
  system = await startAttendance();
});
afterAll(() => system.close());

const scan = async (input: Record<string, unknown>) =>
  (await system.client.data(checkIn, { input }, committee)).checkIn;
const takeBack = async (id: string) => (await system.client.data(undo, { id }, committee)).undoCheckIn;
const counts = async (eventId: string) =>
  (await system.client.data(attendance, { eventId }, committee)).attendance;

describe('undoing a check-in', () => {
  test('lets the ticket in again, and counts as if it had not come', async () => {
    const eventId = await system.event();
    const first = await scan({ eventId, ticketId: 'T', gate: 'North' });
    expect(await takeBack(first.id)).toEqual({ id: first.id, undoneAt: expect.any(String) });
    const none = { totalCheckedIn: 0, inside: 0, gates: [{ gate: 'North', checkedIn: 0, inside: 0 }] };
    expect(await counts(eventId)).toMatchObject(none);
    expect(await scan({ eventId, ticketId: 'T', gate: 'South' })).toMatchObject({ __typename: 'CheckIn' });
    expect(await counts(eventId)).toMatchObject({
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
    await scan({ eventId, ticketId: 'T' });
    const exit = await scan({ eventId, ticketId: 'T', direction: 'EXIT' });
    await takeBack(exit.id);
    expect(await counts(eventId)).toMatchObject({ totalCheckedIn: 1, inside: 1 });
    expect(await scan({ eventId, ticketId: 'T' })).toMatchObject({ reason: 'ALREADY_REDEEMED' });
  });

  test('of the first of several entries leaves the others', async () => {
    const eventId = await system.event({ entryPolicy: 'UNLIMITED' });
    const first = await scan({ eventId, ticketId: 'T', gate: 'North' });
    await scan({ eventId, ticketId: 'T', gate: 'South' });
    await takeBack(first.id);
    expect(await counts(eventId)).toMatchObject({
      totalCheckedIn: 1,
      inside: 1,
      gates: [
        { gate: 'North', checkedIn: 0, inside: 0 },
        { gate: 'South', checkedIn: 1, inside: 1 },
      ],
    });
  });

  test('keeps the record, with the moment', async () => {
    const eventId = await system.event();
    const { id } = await scan({ eventId, ticketId: 'T' });
    const { undoneAt } = await takeBack(id);
    const query =
      'query ($eventId: ID!) { attendance(eventId: $eventId) { records { totalCount edges { node { id undoneAt } } } timeline { entries } } }';
    expect((await system.client.data(query, { eventId }, committee)).attendance).toEqual({
      records: { totalCount: 1, edges: [{ node: { id, undoneAt } }] },
      timeline: [],
    });
  });

  test('happens once, however many ask at once', async () => {
    const eventId = await system.event();
    const { id } = await scan({ eventId, ticketId: 'T' });
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => system.client.answer(undo, { id }, committee)),
    );
    const codes = answers.map(({ errors }) => errors?.[0]?.extensions?.code ?? 'done').sort();
    expect(codes).toEqual([...Array.from({ length: 7 }, () => 'CONFLICT'), 'done']);
    expect(await counts(eventId)).toMatchObject({ totalCheckedIn: 0, inside: 0 });
  });

  test('of a refused scan, of nothing, or without a reason is refused', async () => {
    const eventId = await system.event();
    const { id } = await scan({ eventId, ticketId: 'T' });
    await scan({ eventId, ticketId: 'T' });
    const { rows } = await system.database.pool.query(
      'select id from attendance.scan where event_id = $1 and outcome = $2',
      [eventId, 'REFUSED'],
    );
    for (const wrong of [rows[0].id, newId(), 'evt1', '']) {
      expect(await system.client.refusal(undo, { id: wrong }, committee)).toMatchObject({
        code: 'NOT_FOUND',
      });
    }
    expect(await system.client.refusal(undo, { id, reason: ' ' }, committee)).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'reason',
    });
  });
});
