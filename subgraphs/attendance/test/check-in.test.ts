import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type AttendanceSystem,
  attendance,
  checkIn,
  committee,
  scanner,
  startAttendance,
} from './attendance-system.ts';

let system: AttendanceSystem;
beforeAll(async () => {
  system = await startAttendance();
});
afterAll(() => system.close());

const scan = async (input: Record<string, unknown>, viewer = scanner) =>
  (await system.client.data(checkIn, { input }, viewer)).checkIn;
const refusal = async (input: Record<string, unknown>, viewer = scanner) =>
  await system.client.refusal(checkIn, { input }, viewer);
const counts = async (eventId: string) =>
  (await system.client.data(attendance, { eventId }, scanner)).attendance;

const admitted = { __typename: 'CheckIn' };
const refused = (reason: string) => ({ __typename: 'CheckInRefusal', reason });

describe('the first scan of a ticket', () => {
  test('lets it in and says who scanned it where', async () => {
    const eventId = await system.event({ gates: ['North'] });
    const { id, checkedInAt, ...checkedIn } = await scan({ eventId, ticketId: ' TKT-001 ', gate: 'North' });
    expect(checkedIn).toEqual({
      ...admitted,
      eventId,
      ticketId: 'TKT-001',
      direction: 'ENTRY',
      gate: 'North',
      checkedInBy: { id: scanner.id, username: 'dora' },
      forced: false,
      undoneAt: null,
    });
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(Date.parse(checkedInAt)).toBeGreaterThan(Date.now() - 60_000);
  });

  test('takes a code at an open door as the ticket itself', async () => {
    const eventId = await system.event();
    expect(await scan({ eventId, code: 'BARCODE 7' })).toMatchObject({ ...admitted, ticketId: 'BARCODE 7' });
    expect(await scan({ eventId, ticketId: 'BARCODE 7' })).toMatchObject(refused('ALREADY_REDEEMED'));
  });

  test('refuses a code that is too long for a ticket id, and takes one of 128 characters', async () => {
    const eventId = await system.event();
    expect(await refusal({ eventId, code: 'x'.repeat(2048) })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'code',
    });
    expect(await scan({ eventId, code: '🎫'.repeat(128) })).toMatchObject(admitted);
    const verify = `query ($eventId: ID!, $code: String) { verifyTicket(eventId: $eventId, code: $code) { admissible } }`;
    const verified = await system.client.refusal(verify, { eventId, code: 'x'.repeat(129) }, scanner);
    expect(verified).toMatchObject({ code: 'BAD_USER_INPUT', field: 'code' });
  });

  test('keeps the case of ticket ids apart', async () => {
    const eventId = await system.event();
    expect(await scan({ eventId, ticketId: 'a' })).toMatchObject(admitted);
    expect(await scan({ eventId, ticketId: 'A' })).toMatchObject(admitted);
  });
});

describe('a second scan of a ticket', () => {
  test('is refused, is recorded, and names the first', async () => {
    const eventId = await system.event();
    const first = await scan({ eventId, ticketId: 'T' }, committee);
    expect(await scan({ eventId, ticketId: 'T' })).toEqual({
      ...refused('ALREADY_REDEEMED'),
      message: `This ticket was checked in at ${first.checkedInAt} by conrad.`,
      refusedTicket: 'T',
      previous: { id: first.id, checkedInBy: { username: 'conrad' }, gate: null },
    });
    expect(await counts(eventId)).toMatchObject({ totalCheckedIn: 1, refused: 1 });
  });

  test('at another event is its first there', async () => {
    for (const eventId of [await system.event(), await system.event()]) {
      expect(await scan({ eventId, ticketId: 'T' })).toMatchObject(admitted);
    }
  });
});

describe('the entry policy', () => {
  const both = ['ENTRY', 'EXIT', 'ENTRY', 'ENTRY', 'EXIT', 'EXIT'] as const;
  const yes = 'CheckIn';
  test.each([
    ['ONCE', [yes, yes, 'ALREADY_REDEEMED', 'ALREADY_REDEEMED', 'RULES', 'RULES']],
    ['REENTRY_AFTER_EXIT', [yes, yes, yes, 'ALREADY_REDEEMED', yes, 'RULES']],
    ['UNLIMITED', [yes, yes, yes, yes, yes, 'RULES']],
    ['ONCE_PER_DAY', [yes, yes, 'ALREADY_REDEEMED', 'ALREADY_REDEEMED', 'RULES', 'RULES']],
  ] as const)('%s admits in, out, in, in, out, out as %j', async (entryPolicy, expected) => {
    const eventId = await system.event({ entryPolicy });
    const seen: string[] = [];
    for (const direction of both) {
      const result = await scan({ eventId, ticketId: 'T', direction });
      seen.push(result.reason ?? result.__typename);
    }
    expect(seen).toEqual(expected);
  });

  test('ONCE_PER_DAY counts days of the event, not of UTC', async () => {
    const own = await startAttendance();
    try {
      const eventId = await own.event({ entryPolicy: 'ONCE_PER_DAY', timezone: 'Asia/Tokyo' });
      const at = async (time: string) => {
        own.at(time);
        const { checkIn: result } = await own.client.data(
          checkIn,
          { input: { eventId, ticketId: 'T' } },
          scanner,
        );
        return result.reason ?? result.__typename;
      };
      expect(await at('2026-07-01T14:59:00Z')).toBe('CheckIn');
      expect(await at('2026-07-01T14:59:59Z')).toBe('ALREADY_REDEEMED');
      expect(await at('2026-07-01T15:00:00Z')).toBe('CheckIn');
    } finally {
      await own.close();
    }
  });

  test('may change while the event runs', async () => {
    const eventId = await system.event({ entryPolicy: 'ONCE' });
    await scan({ eventId, ticketId: 'T' });
    await system.event({ eventId, entryPolicy: 'UNLIMITED', updatedAt: '2026-06-02T10:00:00.000Z' });
    expect(await scan({ eventId, ticketId: 'T' })).toMatchObject(admitted);
  });
});

describe('the door of an event', () => {
  test('refuses everyone once the event is canceled, and takes an older fact for what it is', async () => {
    const eventId = await system.event();
    await system.event({ eventId, status: 'CANCELED', updatedAt: '2026-06-03T10:00:00.000Z' });
    await system.event({ eventId, status: 'PUBLISHED', updatedAt: '2026-06-02T10:00:00.000Z' });
    expect(await scan({ eventId, ticketId: 'T' })).toMatchObject({ ...refused('CANCELED'), previous: null });
    expect(await counts(eventId)).toMatchObject({ totalCheckedIn: 0, refused: 1 });
  });

  test('is shut while the event is a draft', async () => {
    const eventId = await system.event({ status: 'DRAFT' });
    expect(await refusal({ eventId, ticketId: 'T' })).toMatchObject({ code: 'CONFLICT' });
    expect(await counts(eventId)).toMatchObject({ refused: 0 });
  });

  test('knows no ticket of a TICKETED event that TixGo did not issue, and takes an id by hand from COMMITTEE only', async () => {
    const eventId = await system.event({ admission: 'TICKETED' });
    expect(await scan({ eventId, code: 'C' })).toMatchObject({ ...refused('INVALID'), refusedTicket: null });
    expect(await refusal({ eventId, ticketId: 'T' })).toMatchObject({ code: 'FORBIDDEN' });
    expect(await scan({ eventId, ticketId: 'T' }, committee)).toMatchObject({
      ...refused('INVALID'),
      refusedTicket: 'T',
    });
    expect(await counts(eventId)).toMatchObject({ expected: 0, refused: 2 });
    const list = `{ attendance(eventId: "${eventId}") { refusals { edges { node { ticketId } } } } }`;
    const { refusals } = (await system.client.data(list, {}, committee)).attendance;
    expect(refusals.edges).toEqual([{ node: { ticketId: 'T' } }, { node: { ticketId: null } }]);
    const again = { eventId, code: 'D', nonce: 'n' };
    expect(await scan(again)).toEqual(await scan(again));
  });

  test('has the gates that the event names, and any when it names none', async () => {
    const named = await system.event({ gates: ['North', 'South'] });
    expect(await refusal({ eventId: named, ticketId: 'T', gate: 'East' })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'gate',
    });
    expect(await scan({ eventId: await system.event(), ticketId: 'T', gate: 'East' })).toMatchObject(
      admitted,
    );
  });

  test('is gone when the event is deleted', async () => {
    const eventId = await system.event();
    const at = '2026-06-02T10:00:00.000Z';
    const payload = { eventId, updatedAt: at };
    await system.bus.publish({
      id: eventId,
      type: 'event.deleted',
      version: 1,
      key: eventId,
      occurredAt: at,
      payload,
    });
    expect(await refusal({ eventId, ticketId: 'T' })).toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('an event that no fact has told of', () => {
  const fromOwner = (id: string) => ({
    id,
    status: 'PUBLISHED',
    admission: 'OPEN',
    entryPolicy: 'ONCE',
    timezone: 'UTC',
    gates: [],
    updatedAt: '2026-06-01T10:00:00.000Z',
  });

  test('is asked of its owner, once', async () => {
    system.owner.events.set('brand-new', fromOwner('brand-new'));
    const before = system.owner.asked;
    expect(await scan({ eventId: 'brand-new', ticketId: 'T' })).toMatchObject(admitted);
    expect(await scan({ eventId: 'brand-new', ticketId: 'U' })).toMatchObject(admitted);
    expect(system.owner.asked - before).toBe(1);
  });

  test('is refused while the owner is down, and known ones go on', async () => {
    const known = await system.event();
    system.owner.down = true;
    try {
      expect(await refusal({ eventId: 'unheard-of', ticketId: 'T' })).toMatchObject({
        code: 'SUBGRAPH_UNAVAILABLE',
        retryable: true,
      });
      expect(await scan({ eventId: known, ticketId: 'T' })).toMatchObject(admitted);
    } finally {
      system.owner.down = false;
    }
  });

  test.each(['nowhere', 'UPPER', '', 'a'.repeat(65), 'a\u0000b', '../etc'])(
    'and that its owner does not know is NOT_FOUND: %j',
    async (eventId) => {
      expect(await refusal({ eventId, ticketId: 'T' })).toMatchObject({ code: 'NOT_FOUND' });
    },
  );
});

describe('a nonce', () => {
  test('repeats the first answer, admitted or refused, and records nothing', async () => {
    const eventId = await system.event();
    const input = { eventId, ticketId: 'T', nonce: 'n1' };
    const first = await scan(input);
    expect(await scan(input)).toEqual(first);
    const second = await scan({ ...input, nonce: 'n2' });
    expect(await scan({ ...input, nonce: 'n2' })).toEqual(second);
    expect(second.reason).toBe('ALREADY_REDEEMED');
    expect(await counts(eventId)).toMatchObject({ totalCheckedIn: 1, refused: 1 });
  });

  test('with another scan behind it is refused', async () => {
    const eventId = await system.event();
    await scan({ eventId, ticketId: 'T', nonce: 'n' });
    expect(await refusal({ eventId, ticketId: 'U', nonce: 'n' })).toMatchObject({
      code: 'IDEMPOTENCY_KEY_REUSED',
      field: 'nonce',
    });
    expect(await scan({ eventId, ticketId: 'U', nonce: 'n' }, committee)).toMatchObject(admitted);
  });

  test('sent twenty times at once is one scan', async () => {
    const eventId = await system.event();
    const input = { eventId, ticketId: 'T', nonce: 'n' };
    const answers = await Promise.all(Array.from({ length: 20 }, () => scan(input)));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(await counts(eventId)).toMatchObject({ totalCheckedIn: 1, refused: 0 });
  });
});

describe('bad input', () => {
  test.each([
    ['neither code nor ticketId', {}, 'code'],
    ['both', { code: 'a', ticketId: 'b' }, 'code'],
    ['an empty ticket', { ticketId: '  ' }, 'ticketId'],
    ['an over-long ticket', { ticketId: 'x'.repeat(129) }, 'ticketId'],
    ['control characters', { ticketId: 'a\u0007' }, 'ticketId'],
    ['a bidi override', { code: 'a\u202E' }, 'code'],
    ['an over-long gate', { ticketId: 'a', gate: 'g'.repeat(65) }, 'gate'],
    ['an empty nonce', { ticketId: 'a', nonce: '' }, 'nonce'],
    ['an impossible device time', { ticketId: 'a', deviceTime: '2026-02-30T00:00:00Z' }, 'deviceTime'],
    ['an unknown direction', { ticketId: 'a', direction: 'UP' }, 'direction'],
  ])('%s is told with its field, and nothing is recorded', async (_what, input, field) => {
    const eventId = await system.event();
    expect(await refusal({ eventId, ...input })).toMatchObject({ code: 'BAD_USER_INPUT', field });
    expect(await counts(eventId)).toMatchObject({ totalCheckedIn: 0, refused: 0 });
  });
});

test('the event service hears of the first admission, and of no other', async () => {
  const heard: unknown[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const eventId = await system.event();
  system.bus.subscribe({
    name: 'listener',
    types: ['attendance.started'],
    handle: async ({ payload }) => {
      if ((payload as { eventId: string }).eventId === eventId) heard.push(payload);
      if ((payload as { eventId: string }).eventId === marker) resolve();
    },
  });
  const marker = await system.event();
  for (const ticketId of ['T', 'T', 'U']) await scan({ eventId, ticketId });
  await scan({ eventId: marker, ticketId: 'T' });
  await promise;
  expect(heard).toEqual([{ eventId, at: expect.any(String) }]);
});
