import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { userViewer } from '@tixgo/platform/testing/ask.ts';
import { AttendanceSystem, admitted, committee, refused, scanner } from './attendance-system.ts';

let system: AttendanceSystem;
beforeAll(async () => {
  system = await AttendanceSystem.start();
});
afterAll(() => system.close());

describe('the first scan of a ticket', () => {
  test('lets it in and says who scanned it where', async () => {
    const eventId = await system.event({ gates: ['North'] });
    const { id, checkedInAt, ...checkedIn } = await system.scan({
      eventId,
      ticketId: ' TKT-001 ',
      gate: 'North',
    });
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
    expect(await system.scan({ eventId, code: 'BARCODE 7' })).toMatchObject({
      ...admitted,
      ticketId: 'BARCODE 7',
    });
    expect(await system.scan({ eventId, ticketId: 'BARCODE 7' })).toMatchObject(refused('ALREADY_REDEEMED'));
  });

  test('refuses a code that is too long for a ticket id, and takes one of 128 characters', async () => {
    const eventId = await system.event();
    expect(await system.scanError({ eventId, code: 'x'.repeat(2048) })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'code',
    });
    expect(await system.scan({ eventId, code: '🎫'.repeat(128) })).toMatchObject(admitted);
    const verify = `query ($eventId: ID!, $code: String) { verifyTicket(eventId: $eventId, code: $code) { admissible } }`;
    const verified = await system.client.refusal(verify, { eventId, code: 'x'.repeat(129) }, scanner);
    expect(verified).toMatchObject({ code: 'BAD_USER_INPUT', field: 'code' });
  });

  test('happens when the server says; the clock of the device is kept beside it', async () => {
    const deviceTime = '2020-02-29T12:00:00.000Z';
    const { id, checkedInAt } = await system.scan({
      eventId: await system.event(),
      ticketId: 'T',
      deviceTime,
    });
    expect(Date.parse(checkedInAt)).toBeGreaterThan(Date.now() - 60_000);
    const { rows } = await system.database.pool.query(
      'select device_time from attendance.scan where id = $1',
      [id],
    );
    expect(rows).toEqual([{ device_time: new Date(deviceTime) }]);
  });

  test('is an entry where the direction is null, and needs no gate where the event names some', async () => {
    const eventId = await system.event({ gates: ['North'] });
    expect(await system.scan({ eventId, ticketId: 'T', direction: null, gate: null })).toMatchObject({
      ...admitted,
      direction: 'ENTRY',
      gate: null,
    });
  });

  test('counts at its own event only', async () => {
    const [eventId, other] = [await system.event(), await system.event()];
    await system.scan({ eventId, ticketId: 'T' });
    await system.scan({ eventId, ticketId: 'T' });
    expect(await system.counts(eventId)).toMatchObject({ totalCheckedIn: 1, inside: 1, refused: 1 });
    expect(await system.counts(other)).toMatchObject({ totalCheckedIn: 0, inside: 0, refused: 0 });
  });

  test('keeps the case of ticket ids apart', async () => {
    const eventId = await system.event();
    expect(await system.scan({ eventId, ticketId: 'a' })).toMatchObject(admitted);
    expect(await system.scan({ eventId, ticketId: 'A' })).toMatchObject(admitted);
  });
});

describe('a second scan of a ticket', () => {
  test('is refused, is recorded, and names the first', async () => {
    const eventId = await system.event();
    const first = await system.scan({ eventId, ticketId: 'T' }, committee);
    expect(await system.scan({ eventId, ticketId: 'T' })).toEqual({
      ...refused('ALREADY_REDEEMED'),
      message: `This ticket was checked in at ${first.checkedInAt} by conrad.`,
      refusedTicket: 'T',
      previous: { id: first.id, checkedInBy: { username: 'conrad' }, gate: null },
    });
    expect(await system.counts(eventId)).toMatchObject({ totalCheckedIn: 1, refused: 1 });
  });

  test('says at which gate the first was', async () => {
    const eventId = await system.event();
    const { checkedInAt } = await system.scan({ eventId, ticketId: 'T', gate: 'North' });
    expect((await system.scan({ eventId, ticketId: 'T', gate: 'South' })).message).toBe(
      `This ticket was checked in at ${checkedInAt} at North by dora.`,
    );
  });

  test('at another event is its first there, and a refusal names the one of its own event', async () => {
    const eventIds = [await system.event(), await system.event(), await system.event()];
    const first = new Map<string, string>();
    for (const eventId of eventIds) {
      const result = await system.scan({ eventId, ticketId: 'T' });
      expect(result).toMatchObject(admitted);
      first.set(eventId, result.id);
    }
    for (const eventId of eventIds) {
      const { previous } = await system.scan({ eventId, ticketId: 'T' });
      expect(previous.id).toBe(first.get(eventId));
    }
  });

  test('after going out and in again names the entry that last let it in', async () => {
    const eventId = await system.event({ entryPolicy: 'REENTRY_AFTER_EXIT' });
    await system.scan({ eventId, ticketId: 'T' });
    await system.scan({ eventId, ticketId: 'T', direction: 'EXIT' });
    const { id } = await system.scan({ eventId, ticketId: 'T' });
    expect(await system.scan({ eventId, ticketId: 'T' })).toMatchObject({ previous: { id } });
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
      const result = await system.scan({ eventId, ticketId: 'T', direction });
      seen.push(result.reason ?? result.__typename);
    }
    expect(seen).toEqual(expected);
  });

  test('ONCE_PER_DAY counts days of the event, not of UTC', async () => {
    const own = await AttendanceSystem.start();
    try {
      const eventId = await own.event({ entryPolicy: 'ONCE_PER_DAY', timezone: 'Asia/Tokyo' });
      const at = async (time: string) => {
        own.at(time);
        const result = await own.scan({ eventId, ticketId: 'T' });
        return result.reason ?? result.__typename;
      };
      expect(await at('2026-07-01T14:59:00Z')).toBe('CheckIn');
      expect(await at('2026-07-01T14:59:59Z')).toBe('ALREADY_REDEEMED');
      expect(await at('2026-07-01T15:00:00Z')).toBe('CheckIn');
      expect(await at('2026-07-02T14:59:59Z')).toBe('ALREADY_REDEEMED');
    } finally {
      await own.close();
    }
  });

  test('may change while the event runs', async () => {
    const eventId = await system.event({ entryPolicy: 'ONCE' });
    await system.scan({ eventId, ticketId: 'T' });
    await system.event({ eventId, entryPolicy: 'UNLIMITED', updatedAt: '2026-06-02T10:00:00.000Z' });
    expect(await system.scan({ eventId, ticketId: 'T' })).toMatchObject(admitted);
  });
});

describe('the door of an event', () => {
  test('refuses everyone once the event is canceled, and takes an older fact for what it is', async () => {
    const eventId = await system.event();
    await system.event({ eventId, status: 'CANCELED', updatedAt: '2026-06-03T10:00:00.000Z' });
    await system.event({ eventId, status: 'PUBLISHED', updatedAt: '2026-06-02T10:00:00.000Z' });
    expect(await system.scan({ eventId, ticketId: 'T' })).toMatchObject({
      ...refused('CANCELED'),
      previous: null,
    });
    expect(await system.counts(eventId)).toMatchObject({ totalCheckedIn: 0, refused: 1 });
  });

  test('refuses exits, codes and ids by hand alike once the event is canceled, and names the ticket it read', async () => {
    const open = await system.event();
    await system.scan({ eventId: open, ticketId: 'T' });
    await system.event({ eventId: open, status: 'CANCELED', updatedAt: '2026-06-03T10:00:00.000Z' });
    const canceled = refused('CANCELED');
    expect(await system.scan({ eventId: open, ticketId: 'T', direction: 'EXIT' })).toMatchObject(canceled);
    expect(await system.scan({ eventId: open, code: 'C' })).toMatchObject({
      ...canceled,
      refusedTicket: 'C',
    });
    const ticketed = await system.ticketedEvent({ status: 'CANCELED' });
    expect(await system.scan({ eventId: ticketed, code: 'C' })).toMatchObject({
      ...canceled,
      refusedTicket: null,
    });
    expect(await system.scan({ eventId: ticketed, ticketId: 'T' })).toMatchObject({
      ...canceled,
      refusedTicket: 'T',
    });
  });

  test('tells of a wrong gate before it says that the event is canceled, and of a draft before both', async () => {
    const wrong = { ticketId: 'T', gate: 'East' };
    const canceled = await system.event({ status: 'CANCELED', gates: ['North'] });
    expect(await system.scanError({ eventId: canceled, ...wrong })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'gate',
    });
    expect(await system.counts(canceled)).toMatchObject({ refused: 0 });
    const draft = await system.event({ status: 'DRAFT', gates: ['North'] });
    expect(await system.scanError({ eventId: draft, ...wrong })).toMatchObject({ code: 'CONFLICT' });
  });

  test('is shut while the event is a draft', async () => {
    const eventId = await system.event({ status: 'DRAFT' });
    expect(await system.scanError({ eventId, ticketId: 'T' })).toMatchObject({ code: 'CONFLICT' });
    expect(await system.counts(eventId)).toMatchObject({ refused: 0 });
  });

  test('knows no ticket of a TICKETED event that TixGo did not issue, and takes an id by hand from COMMITTEE only', async () => {
    const eventId = await system.ticketedEvent();
    expect(await system.scan({ eventId, code: 'C' })).toMatchObject({
      ...refused('INVALID'),
      refusedTicket: null,
    });
    expect(await system.scanError({ eventId, ticketId: 'T' })).toMatchObject({ code: 'FORBIDDEN' });
    expect(await system.scan({ eventId, ticketId: 'T' }, committee)).toMatchObject({
      ...refused('INVALID'),
      refusedTicket: 'T',
    });
    expect(await system.counts(eventId)).toMatchObject({ expected: 0, refused: 2 });
    expect(await system.counts(await system.event())).toMatchObject({ expected: null });
    const list = `{ attendance(eventId: "${eventId}") { refusals { edges { node { ticketId } } } } }`;
    const { refusals } = (await system.client.data(list, {}, committee)).attendance;
    expect(refusals.edges).toEqual([{ node: { ticketId: 'T' } }, { node: { ticketId: null } }]);
    const again = { eventId, code: 'D', nonce: 'n' };
    expect(await system.scan(again)).toEqual(await system.scan(again));
    const admin = userViewer('ADMIN');
    expect(await system.scan({ eventId, ticketId: 'U' }, admin)).toMatchObject(refused('INVALID'));
  });

  test('has the gates that the event names, and any when it names none', async () => {
    const named = await system.event({ gates: ['North', 'South'] });
    for (const gate of ['East', 'north']) {
      expect(await system.scanError({ eventId: named, ticketId: 'T', gate })).toMatchObject({
        code: 'BAD_USER_INPUT',
        field: 'gate',
      });
    }
    expect(await system.scan({ eventId: await system.event(), ticketId: 'T', gate: 'East' })).toMatchObject(
      admitted,
    );
  });

  test('is gone when the event is deleted, and no other with it', async () => {
    const [eventId, other] = [await system.event(), await system.event()];
    await system.deleted(eventId);
    expect(await system.scanError({ eventId, ticketId: 'T' })).toMatchObject({ code: 'NOT_FOUND' });
    expect(await system.scan({ eventId: other, ticketId: 'T' })).toMatchObject(admitted);
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
    expect(await system.scan({ eventId: 'brand-new', ticketId: 'T' })).toMatchObject(admitted);
    expect(await system.scan({ eventId: 'brand-new', ticketId: 'U' })).toMatchObject(admitted);
    expect(system.owner.asked - before).toBe(1);
  });

  test('is asked of its owner by whoever reads it first', async () => {
    const documents = [
      '{ attendance(eventId: "first-read") { totalCheckedIn } }',
      '{ verifyTicket(eventId: "first-verified", code: "T") { admissible } }',
    ];
    for (const id of ['first-read', 'first-verified']) system.owner.events.set(id, fromOwner(id));
    for (const document of documents) await system.client.data(document, {}, scanner);
  });

  test('changes when a fact tells of it later', async () => {
    system.owner.events.set('to-cancel', fromOwner('to-cancel'));
    await system.scan({ eventId: 'to-cancel', ticketId: 'T' });
    const status = 'CANCELED';
    await system.event({ eventId: 'to-cancel', status, updatedAt: '2026-06-01T09:00:00.000Z' });
    expect(await system.scan({ eventId: 'to-cancel', ticketId: 'U' })).toMatchObject(admitted);
    await system.event({ eventId: 'to-cancel', status, updatedAt: '2026-06-01T11:00:00.000Z' });
    expect(await system.scan({ eventId: 'to-cancel', ticketId: 'V' })).toMatchObject(refused('CANCELED'));
  });

  test('stays gone once a fact has told of its end, whatever its owner still says', async () => {
    const eventId = await system.event();
    system.owner.events.set(eventId, fromOwner(eventId));
    await system.deleted(eventId);
    const gone = { code: 'NOT_FOUND' };
    expect(await system.scanError({ eventId, ticketId: 'T' })).toMatchObject(gone);
    for (const field of [
      `attendance(eventId: "${eventId}") { inside }`,
      `verifyTicket(eventId: "${eventId}", code: "T") { admissible }`,
    ])
      expect(await system.client.refusal(`{ ${field} }`, {}, scanner)).toMatchObject(gone);
  });

  test('is refused while the owner is down, and known ones go on', async () => {
    const known = await system.event();
    system.owner.down = true;
    try {
      expect(await system.scanError({ eventId: 'unheard-of', ticketId: 'T' })).toMatchObject({
        code: 'SUBGRAPH_UNAVAILABLE',
        retryable: true,
      });
      expect(await system.scan({ eventId: known, ticketId: 'T' })).toMatchObject(admitted);
    } finally {
      system.owner.down = false;
    }
  });

  const ofEvent = {
    attendance: 'query ($eventId: ID!) { attendance(eventId: $eventId) { inside } }',
    verifyTicket: 'query ($eventId: ID!) { verifyTicket(eventId: $eventId, code: "T") { admissible } }',
  };

  test('and that its owner does not know is NOT_FOUND', async () => {
    const gone = { code: 'NOT_FOUND' };
    expect(await system.scanError({ eventId: 'nowhere', ticketId: 'T' })).toMatchObject(gone);
    for (const document of Object.values(ofEvent))
      expect(await system.client.refusal(document, { eventId: 'nowhere' }, scanner)).toMatchObject(gone);
  });

  test.each(['UPPER', '', 'a'.repeat(65), 'a\u0000b', '../etc'])(
    'is NOT_FOUND without a question to its owner where no event has such an id: %j',
    async (eventId) => {
      const before = system.owner.asked;
      const gone = { code: 'NOT_FOUND' };
      expect(await system.scanError({ eventId, ticketId: 'T' })).toMatchObject(gone);
      for (const document of Object.values(ofEvent))
        expect(await system.client.refusal(document, { eventId }, scanner)).toMatchObject(gone);
      expect(system.owner.asked).toBe(before);
    },
  );
});

describe('a nonce', () => {
  test('repeats the first answer, admitted or refused, and records nothing', async () => {
    const eventId = await system.event();
    const input = { eventId, ticketId: 'T', nonce: 'n1' };
    const first = await system.scan(input);
    expect(await system.scan(input)).toEqual(first);
    const second = await system.scan({ ...input, nonce: 'n2' });
    expect(await system.scan({ ...input, nonce: 'n2' })).toEqual(second);
    expect(second.reason).toBe('ALREADY_REDEEMED');
    expect(await system.counts(eventId)).toMatchObject({ totalCheckedIn: 1, refused: 1 });
  });

  test('repeats an admission after the event was canceled, and says when it was undone', async () => {
    const eventId = await system.event();
    const input = { eventId, ticketId: 'T', nonce: 'n' };
    const first = await system.scan(input);
    await system.event({ eventId, status: 'CANCELED', updatedAt: '2026-06-03T10:00:00.000Z' });
    expect(await system.scan(input)).toEqual(first);
    const { undoneAt } = await system.undo(first.id);
    expect(await system.scan(input)).toEqual({ ...first, undoneAt });
    expect(await system.counts(eventId)).toMatchObject({ refused: 0 });
  });

  test('with another scan behind it is refused', async () => {
    const eventId = await system.event();
    await system.scan({ eventId, ticketId: 'T', nonce: 'n' });
    for (const other of [{ ticketId: 'U' }, { direction: 'EXIT' }, { gate: 'North' }]) {
      expect(await system.scanError({ eventId, ticketId: 'T', nonce: 'n', ...other })).toMatchObject({
        code: 'IDEMPOTENCY_KEY_REUSED',
        field: 'nonce',
      });
    }
    expect(await system.scan({ eventId, ticketId: 'U', nonce: 'n' }, committee)).toMatchObject(admitted);
  });

  test('sent twenty times at once is one scan', async () => {
    const eventId = await system.event();
    const input = { eventId, ticketId: 'T', nonce: 'n' };
    const answers = await Promise.all(Array.from({ length: 20 }, () => system.scan(input)));
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(await system.counts(eventId)).toMatchObject({ totalCheckedIn: 1, refused: 0 });
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
    ['an over-long code', { code: 'x'.repeat(2049) }, 'code'],
    ['an over-long nonce', { ticketId: 'a', nonce: 'n'.repeat(129) }, 'nonce'],
    ['an empty nonce', { ticketId: 'a', nonce: '' }, 'nonce'],
    ['an impossible device time', { ticketId: 'a', deviceTime: '2026-02-30T00:00:00Z' }, 'deviceTime'],
    ['an unknown direction', { ticketId: 'a', direction: 'UP' }, 'direction'],
  ])('%s is told with its field, and nothing is recorded', async (_what, input, field) => {
    const eventId = await system.event();
    expect(await system.scanError({ eventId, ...input })).toMatchObject({ code: 'BAD_USER_INPUT', field });
    expect(await system.counts(eventId)).toMatchObject({ totalCheckedIn: 0, refused: 0 });
  });
});

test('the longest code, ticket, gate, nonce and event id that may be are taken, and no longer code', async () => {
  const longest = { gate: 'g'.repeat(64), nonce: 'n'.repeat(128) };
  const eventId = await system.event({ eventId: 'e'.repeat(64) });
  expect(await system.scan({ eventId, ticketId: 't'.repeat(128), ...longest })).toMatchObject(admitted);
  const ticketed = await system.ticketedEvent();
  expect(await system.scan({ eventId: ticketed, code: 'c'.repeat(2048), ...longest })).toMatchObject(
    refused('INVALID'),
  );
  expect(await system.scanError({ eventId: ticketed, code: 'c'.repeat(2049) })).toMatchObject({
    code: 'BAD_USER_INPUT',
    field: 'code',
  });
});

test('the event service hears of the first admission, and of no other', async () => {
  const heard: unknown[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const [eventId, refusing, marker] = [await system.event(), await system.event(), await system.event()];
  system.bus.subscribe({
    name: 'listener',
    types: ['attendance.started'],
    handle: async ({ key, occurredAt, payload }) => {
      if (key === marker) resolve();
      else heard.push({ key, occurredAt, payload });
    },
  });
  await system.scan({ eventId: refusing, ticketId: 'T', direction: 'EXIT' });
  const { checkedInAt: at } = await system.scan({ eventId, ticketId: 'T' });
  for (const ticketId of ['T', 'U']) await system.scan({ eventId, ticketId });
  await system.scan({ eventId: marker, ticketId: 'T' });
  await promise;
  expect(heard).toEqual([{ key: eventId, occurredAt: at, payload: { eventId, at } }]);
});
