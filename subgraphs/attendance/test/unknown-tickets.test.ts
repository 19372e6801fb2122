import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { signCompact } from '@tixgo/platform/compact-jws.ts';
import { newId } from '@tixgo/platform/ids.ts';
import { AttendanceSystem, admitted, committee, refused } from './attendance-system.ts';
import { newSigningKey, type TicketService } from './ticket-service.ts';

let system: AttendanceSystem;
let tickets: TicketService;
beforeAll(async () => {
  system = await AttendanceSystem.start();
  ({ tickets } = system);
});
afterAll(() => system.close());
beforeEach(async () => {
  tickets.down = false;
  await tickets.tellOfKeys();
  tickets.askedForTickets = 0;
  tickets.askedForKeys = 0;
});

const asked = () => ({ tickets: tickets.askedForTickets, keys: tickets.askedForKeys });

const invalid = refused('INVALID');
const unavailable = { code: 'SUBGRAPH_UNAVAILABLE', retryable: true };

/** A ticket that its owner knows and no fact has told of. */
function untold(eventId: string, change: Parameters<TicketService['ticket']>[1] = {}) {
  const ticket = tickets.ticket(eventId, change);
  tickets.tickets.set(ticket.ticketId, ticket);
  return ticket;
}

describe('a ticket that no fact has told of', () => {
  test('is asked of its owner once, and kept', async () => {
    const eventId = await system.ticketedEvent();
    const ticket = untold(eventId);
    const code = tickets.code(ticket);
    expect(await system.scan({ eventId, code })).toMatchObject({ ...admitted, ticketId: ticket.ticketId });
    expect(await system.scan({ eventId, code })).toMatchObject({ reason: 'ALREADY_REDEEMED' });
    expect(asked()).toEqual({ tickets: 1, keys: 0 });
    await tickets.tell(ticket);
    expect(await system.counts(eventId)).toMatchObject({ totalCheckedIn: 1, refused: 1, expected: 1 });
  });

  test.each([
    ['INVALID_TIME', { validFrom: '2120-01-01T00:00:00.000Z' }],
    ['INVALID_TIME', { validUntil: '2020-01-01T00:00:00.000Z' }],
    ['PRODUCT', { gates: ['South'] }],
    ['BLOCKED', { standing: 'BLOCKED' }],
    ['REVOKED', { codeNumber: 2 }],
  ] as const)('is judged by all that its owner says: %s for %j', async (reason, change) => {
    const eventId = await system.ticketedEvent();
    const code = tickets.code(untold(eventId, change), { num: 1 });
    expect(await system.scan({ eventId, code, gate: 'North' })).toMatchObject({ reason });
  });

  test('is asked of its owner when somebody only verifies it', async () => {
    const eventId = await system.ticketedEvent();
    const ticket = untold(eventId);
    const { ticketId } = ticket;
    expect(await system.verify(eventId, { code: tickets.code(ticket) })).toMatchObject({
      admissible: true,
      reason: null,
      ticketId,
    });
    const nobodys = tickets.ticket(eventId);
    expect(await system.verify(eventId, { code: tickets.code(nobodys) })).toMatchObject({
      reason: 'INVALID',
      ticketId: nobodys.ticketId,
    });
    expect(asked()).toEqual({ tickets: 2, keys: 0 });
  });

  test('is asked of its owner when it is typed in', async () => {
    const eventId = await system.ticketedEvent();
    const { ticketId } = untold(eventId);
    expect(await system.scan({ eventId, ticketId }, committee)).toMatchObject({ ...admitted, forced: true });
  });

  test('and that its owner does not know is INVALID, and recorded once', async () => {
    const eventId = await system.ticketedEvent();
    const ticket = tickets.ticket(eventId);
    const refusal = { ...invalid, refusedTicket: ticket.ticketId };
    expect(await system.scan({ eventId, code: tickets.code(ticket) })).toMatchObject(refusal);
    expect(await system.scan({ eventId, ticketId: ticket.ticketId }, committee)).toMatchObject(refusal);
    expect(asked()).toEqual({ tickets: 2, keys: 0 });
    expect(await system.counts(eventId)).toMatchObject({ refused: 2, expected: 0 });
  });

  test('and has a newer code than the list is asked of its owner', async () => {
    const eventId = await system.ticketedEvent();
    const ticket = await tickets.issue(eventId);
    const code = tickets.code(ticket, { num: 2 });
    expect(await system.scan({ eventId, code })).toMatchObject({
      ...invalid,
      refusedTicket: ticket.ticketId,
    });
    tickets.tickets.set(ticket.ticketId, { ...ticket, codeNumber: 2, version: 2 });
    expect(await system.scan({ eventId, code })).toMatchObject(admitted);
    expect(asked()).toEqual({ tickets: 2, keys: 0 });
  });

  test('repeats its answer to a nonce without asking again', async () => {
    const eventId = await system.ticketedEvent();
    const input = { eventId, code: tickets.code(tickets.ticket(eventId)), nonce: 'n' };
    const first = await system.scan(input);
    expect(await system.scan(input)).toEqual(first);
    expect([first.reason, asked().tickets]).toEqual(['INVALID', 1]);
  });
});

describe('while the ticket service is down', () => {
  test('known tickets are let in, and only unknown ones are to try again', async () => {
    const eventId = await system.ticketedEvent();
    const known = await Promise.all(Array.from({ length: 10 }, () => tickets.issue(eventId)));
    const unknown = untold(eventId);
    tickets.down = true;
    const [error, ...answers] = await Promise.all([
      system.scanError({ eventId, code: tickets.code(unknown), nonce: 'n' }),
      ...known.map((ticket) => system.scan({ eventId, code: tickets.code(ticket) })),
    ]);
    expect(error).toMatchObject(unavailable);
    expect(answers).toMatchObject(known.map(() => admitted));
    expect(await system.counts(eventId)).toMatchObject({ totalCheckedIn: 10, refused: 0 });
    tickets.down = false;
    expect(await system.scan({ eventId, code: tickets.code(unknown), nonce: 'n' })).toMatchObject(admitted);
  });

  test('a code of a new key is to try again, and forged ones are INVALID without it', async () => {
    const eventId = await system.ticketedEvent();
    const ticket = await tickets.issue(eventId);
    const claims = { sub: ticket.ticketId, aud: eventId, num: 1 };
    const strangers = newSigningKey();
    tickets.down = true;
    expect(await system.scanError({ eventId, code: signCompact(strangers, claims) })).toMatchObject(
      unavailable,
    );
    const kid = tickets.keys[0]?.kid ?? '';
    expect(await system.scan({ eventId, code: signCompact({ ...strangers, kid }, claims) })).toMatchObject(
      invalid,
    );
    expect(await system.counts(eventId)).toMatchObject({ totalCheckedIn: 0, refused: 1 });
  });
});

describe('a key that no fact has told of', () => {
  test('is asked for once, and kept; codes of older keys stay good', async () => {
    const eventId = await system.ticketedEvent();
    const [before, after] = [await tickets.issue(eventId), await tickets.issue(eventId)];
    const oldCode = tickets.code(before);
    tickets.keys.push(newSigningKey());
    const input = { eventId, code: tickets.code(after) };
    expect(await system.scan(input)).toMatchObject({ ...admitted, ticketId: after.ticketId });
    expect(await system.scan(input)).toMatchObject({ reason: 'ALREADY_REDEEMED' });
    expect(await system.scan({ eventId, code: oldCode })).toMatchObject(admitted);
    expect(asked()).toEqual({ tickets: 0, keys: 1 });
    const { rows } = await system.database.pool.query('select kid from attendance.ticket_key');
    expect(rows.map(({ kid }) => kid).sort()).toEqual(tickets.keys.map(({ kid }) => kid).sort());
  });

  test('is known by its fact without asking', async () => {
    const eventId = await system.ticketedEvent();
    const ticket = await tickets.issue(eventId);
    tickets.keys.push(newSigningKey());
    await tickets.tellOfKeys();
    tickets.down = true;
    expect(await system.scan({ eventId, code: tickets.code(ticket) })).toMatchObject(admitted);
  });

  test('and that the ticket service does not know makes a code INVALID', async () => {
    const eventId = await system.ticketedEvent();
    const ticket = await tickets.issue(eventId);
    const code = signCompact(newSigningKey(), { sub: ticket.ticketId, aud: eventId, num: 1 });
    expect(await system.scan({ eventId, code })).toMatchObject({ ...invalid, refusedTicket: null });
    expect(asked()).toEqual({ tickets: 0, keys: 1 });
    expect(await system.verify(eventId, { code })).toMatchObject({ reason: 'INVALID', ticketId: null });
    expect(asked()).toEqual({ tickets: 0, keys: 2 });
  });
});

test('an event and a ticket that are both new are asked of their owners', async () => {
  const eventId = newId();
  const doorOf = {
    admission: 'TICKETED',
    entryPolicy: 'ONCE',
    timezone: 'UTC',
    gates: [],
    status: 'PUBLISHED',
  };
  system.owner.events.set(eventId, { id: eventId, ...doorOf, updatedAt: '2026-06-01T10:00:00.000Z' });
  const ticket = untold(eventId);
  expect(await system.scan({ eventId, code: tickets.code(ticket) })).toMatchObject(admitted);
  expect(await system.counts(eventId)).toMatchObject({ totalCheckedIn: 1, expected: 1 });
});
