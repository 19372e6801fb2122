import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { userViewer } from '@tixgo/platform/testing/ask.ts';
import { EventSystem, evening, minutes } from './event-system.ts';

const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

let system: EventSystem;
beforeAll(async () => {
  system = await EventSystem.start();
});
afterAll(async () => {
  await system.stop();
});

describe('a new event', () => {
  test('needs a name, times and a zone; the rest has defaults', async () => {
    const created = await system.create();
    expect(created).toEqual({
      ...evening,
      id: expect.stringMatching(uuidV7),
      description: null,
      venue: null,
      capacity: null,
      status: 'PUBLISHED',
      admission: 'TICKETED',
      entryPolicy: 'ONCE',
      gates: [],
      organizer: { id: system.admin.id },
      createdAt: system.now.toISOString(),
      updatedAt: system.now.toISOString(),
    });
    expect(await system.ask('event', { id: created.id })).toEqual(created);
  });

  test('takes null for what has a default', async () => {
    const nothing = { id: null, description: null, venue: null, capacity: null, gates: null };
    const created = await system.create({ ...nothing, admission: null, entryPolicy: null, status: null });
    expect(created).toMatchObject({
      id: expect.stringMatching(uuidV7),
      description: null,
      venue: null,
      capacity: null,
      gates: [],
      admission: 'TICKETED',
      entryPolicy: 'ONCE',
      status: 'PUBLISHED',
    });
  });

  test('keeps all that its creator says, cleaned', async () => {
    const created = await system.create({
      id: 'evt1',
      name: '  Cafe\u0301 concert ',
      description: ' First line\r\nsecond\tline ',
      venue: {
        name: ' Hall ',
        address: 'Street 1',
        city: 'Zu\u0308rich',
        country: '  ',
        latitude: 47.37,
        longitude: -8.54,
      },
      startsAt: '2026-07-01T20:00:00.1239+02:00',
      endsAt: '2026-07-02t01:00:00z',
      timezone: ' Europe/Zurich ',
      capacity: 500,
      admission: 'OPEN',
      entryPolicy: 'REENTRY_AFTER_EXIT',
      gates: [' North ', 'South'],
      status: 'DRAFT',
    });
    expect(created).toMatchObject({
      id: 'evt1',
      name: 'Caf\u00E9 concert',
      description: 'First line\nsecond\tline',
      venue: {
        name: 'Hall',
        address: 'Street 1',
        city: 'Z\u00FCrich',
        country: null,
        latitude: 47.37,
        longitude: -8.54,
      },
      startsAt: '2026-07-01T18:00:00.123Z',
      endsAt: '2026-07-02T01:00:00.000Z',
      timezone: 'Europe/Zurich',
      capacity: 500,
      admission: 'OPEN',
      entryPolicy: 'REENTRY_AFTER_EXIT',
      gates: ['North', 'South'],
      status: 'DRAFT',
    });
    expect(await system.ask('event', { id: 'evt1' })).toEqual(created);
  });

  test('has an id that begins with the time, so that the newest sort last', async () => {
    const millisecondsOf = ({ id }: { id: string }) =>
      Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16);
    system.pass(1 * minutes);
    expect(millisecondsOf(await system.create())).toBe(system.now.getTime());
    expect(millisecondsOf(await system.propose(userViewer('USER')))).toBe(system.now.getTime());
  });

  test.each(['DRAFT', 'PUBLISHED'])('may be %s', async (status) => {
    expect(await system.create({ status })).toMatchObject({ status });
  });

  test('cannot be CANCELED', async () => {
    const input = { ...evening, id: 'stillborn', status: 'CANCELED' };
    expect(await system.refusal('createEvent', { input })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'status',
    });
    expect(await system.outcome('event', { id: 'stillborn' })).toBe('NOT_FOUND');
  });
});

describe('an id of one’s own', () => {
  test.each(['x', '-', '0', 'a'.repeat(64), 'summer-2026', '01890a5d-ac96-774b-bcce-b302099a8057'])(
    'may be %s',
    async (id) => {
      expect(await system.create({ id })).toMatchObject({ id });
      expect(await system.ask('event', { id })).toMatchObject({ id });
    },
  );

  test.each([
    ['is empty', ''],
    ['has 65 characters', 'a'.repeat(65)],
    ['has 10,000 characters', 'a'.repeat(10_000)],
    ['has capitals', 'Evt1'],
    ['has a blank', 'evt 1'],
    ['has an underscore', 'evt_1'],
    ['ends in a line feed', 'evt\n'],
    ['has a NUL', 'evt\u0000'],
    ['has letters of another alphabet', 'еvt'],
  ])('is refused when it %s', async (_what, id) => {
    expect(await system.refusal('createEvent', { input: { ...evening, id } })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'id',
    });
  });

  test('that is taken is CONFLICT, and the event that has it stays as it is', async () => {
    const first = await system.create({ id: 'taken', name: 'First' });
    const input = { ...evening, id: 'taken', name: 'Second' };
    expect(await system.refusal('createEvent', { input })).toMatchObject({ code: 'CONFLICT' });
    expect(await system.ask('event', { id: 'taken' })).toEqual(first);
  });

  test('is not given again after its event was deleted', async () => {
    await system.create({ id: 'gone' });
    await system.ask('deleteEvent', { id: 'gone' });
    expect(await system.outcome('createEvent', { input: { ...evening, id: 'gone' } })).toBe('CONFLICT');
    expect(await system.outcome('event', { id: 'gone' })).toBe('NOT_FOUND');
  });
});
