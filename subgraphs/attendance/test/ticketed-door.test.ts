import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { signCompact } from '@tixgo/platform/compact-jws.ts';
import { newId } from '@tixgo/platform/ids.ts';
import type { TicketChanged } from '@tixgo/schema/facts/ticket.ts';
import { AttendanceSystem, admitted, checkIn, committee, refused, scanner } from './attendance-system.ts';
import { newSigningKey, type TicketService } from './ticket-service.ts';

let system: AttendanceSystem;
let tickets: TicketService;
beforeAll(async () => {
  system = await AttendanceSystem.start();
  ({ tickets } = system);
  await tickets.tellOfKeys();
});
afterAll(() => system.close());
afterEach(() => expect([tickets.askedForTickets, tickets.askedForKeys]).toEqual([0, 0]));

const past = '2020-01-01T00:00:00.000Z';
const future = '2120-01-01T00:00:00.000Z';

describe('a ticket of TixGo', () => {
  test('is let in by its code, once, and names itself', async () => {
    const eventId = await system.ticketedEvent({ gates: ['North'] });
    const ticket = await tickets.issue(eventId, { gates: ['North'], validFrom: past, validUntil: future });
    const code = tickets.code(ticket);
    const { ticketId } = ticket;
    expect(await system.verify(eventId, { code })).toMatchObject({
      admissible: true,
      reason: null,
      ticketId,
    });
    const first = await system.scan({ eventId, code, gate: 'North' });
    expect(first).toMatchObject({ ...admitted, ticketId, gate: 'North', forced: false });
    const again = { ...refused('ALREADY_REDEEMED'), refusedTicket: ticketId };
    expect(await system.scan({ eventId, code })).toMatchObject({ ...again, previous: { id: first.id } });
    expect(await system.verify(eventId, { code })).toMatchObject({
      reason: 'ALREADY_REDEEMED',
      ticketId,
      previous: { id: first.id },
    });
    expect(await system.counts(eventId)).toMatchObject({ totalCheckedIn: 1, refused: 1, expected: 1 });
  });

  const blocked = 'This ticket is held back by the organizer, or up for resale.';
  test.each<[string, string, Partial<TicketChanged>]>([
    ['UNPAID', 'This ticket has not been paid.', { standing: 'UNPAID' }],
    ['BLOCKED', blocked, { standing: 'BLOCKED' }],
    ['CANCELED', 'The event or the ticket was canceled.', { standing: 'CANCELED' }],
    ['INVALID_TIME', `This ticket is good until ${past}.`, { validUntil: past }],
    ['INVALID_TIME', `This ticket is good from ${future}.`, { validFrom: future }],
    [
      'INVALID_TIME',
      `This ticket is good from 2019-01-01T00:00:00.000Z until ${past}.`,
      { validFrom: '2019-01-01T00:00:00.000Z', validUntil: past },
    ],
  ])('is refused %s (%s) wherever it is shown', async (reason, message, change) => {
    const eventId = await system.ticketedEvent();
    const ticket = await tickets.issue(eventId, change);
    const { ticketId } = ticket;
    const code = tickets.code(ticket);
    const nonce = newId();
    const refusal = { ...refused(reason), message, refusedTicket: ticketId, previous: null };
    expect(await system.scan({ eventId, code, nonce })).toEqual(refusal);
    expect(await system.scan({ eventId, code, nonce })).toEqual(refusal);
    expect(await system.scan({ eventId, ticketId }, committee)).toEqual(refusal);
    const verdict = { admissible: false, reason, message, ticketId, previous: null };
    expect(await system.verify(eventId, { code })).toEqual(verdict);
    expect(await system.verify(eventId, { ticketId })).toEqual(verdict);
    expect(await system.counts(eventId)).toMatchObject({ totalCheckedIn: 0, refused: 2 });
  });

  test('is refused REVOKED with the code of its former holder, and let in with the new one', async () => {
    const eventId = await system.ticketedEvent();
    const ticket = await tickets.issue(eventId);
    await tickets.tell({ ...ticket, codeNumber: 2, version: 2 });
    const old = tickets.code(ticket);
    const revoked = { reason: 'REVOKED', message: expect.stringContaining('replaced') };
    expect(await system.scan({ eventId, code: old })).toMatchObject({
      ...revoked,
      refusedTicket: ticket.ticketId,
    });
    expect(await system.verify(eventId, { code: old })).toMatchObject(revoked);
    expect(await system.scan({ eventId, code: tickets.code(ticket, { num: 2 }) })).toMatchObject(admitted);
  });

  test('is refused PRODUCT at a gate that is not its own, and let in where none is named', async () => {
    const eventId = await system.ticketedEvent({ gates: ['North', 'South', 'West'] });
    const ticket = await tickets.issue(eventId, { gates: ['North', 'West'] });
    const code = tickets.code(ticket);
    expect(await system.scan({ eventId, code, gate: 'South' })).toMatchObject({
      ...refused('PRODUCT'),
      message: 'This ticket is good at North, West only.',
      refusedTicket: ticket.ticketId,
    });
    expect(await system.scan({ eventId, code })).toMatchObject(admitted);
  });

  test('that was refused is let in once its fault is mended', async () => {
    const eventId = await system.ticketedEvent();
    const ticket = await tickets.issue(eventId, { standing: 'BLOCKED' });
    expect(await system.scan({ eventId, code: tickets.code(ticket) })).toMatchObject(refused('BLOCKED'));
    await tickets.tell({ ...ticket, standing: 'ADMISSIBLE', version: 2 });
    expect(await system.scan({ eventId, code: tickets.code(ticket) })).toMatchObject(admitted);
  });

  test('goes out late, but not unknown to the list or without having come in', async () => {
    const eventId = await system.ticketedEvent({ entryPolicy: 'REENTRY_AFTER_EXIT' });
    const ticket = await tickets.issue(eventId);
    const out = { eventId, code: tickets.code(ticket), direction: 'EXIT' };
    expect(await system.scan(out)).toMatchObject({ ...refused('RULES'), refusedTicket: ticket.ticketId });
    await system.scan({ eventId, code: tickets.code(ticket) });
    await tickets.tell({ ...ticket, validUntil: past, version: 2 });
    expect(await system.scan(out)).toMatchObject({ ...admitted, direction: 'EXIT' });
    const foreign = signCompact(newSigningKey(), { sub: ticket.ticketId, aud: eventId, num: 1 });
    const forged = foreign.replace(/^[^.]+/, out.code.split('.')[0] ?? '');
    expect(await system.scan({ ...out, code: forged })).toMatchObject(refused('INVALID'));
  });

  test('of a canceled event is CANCELED, even unknown or forged', async () => {
    const eventId = await system.ticketedEvent({ status: 'CANCELED' });
    const ticket = tickets.ticket(eventId);
    const code = tickets.code(ticket);
    const { ticketId } = ticket;
    expect(await system.scan({ eventId, code })).toMatchObject({
      ...refused('CANCELED'),
      refusedTicket: ticketId,
    });
    expect(await system.scan({ eventId, code: tampered(code) })).toMatchObject({
      ...refused('CANCELED'),
      refusedTicket: null,
    });
    expect(await system.verify(eventId, { code })).toMatchObject({ reason: 'CANCELED', ticketId });
  });
});

/** The code with the last character of its signature's middle changed, or of what it says. */
function tampered(code: string, part: 'payload' | 'signature' = 'signature'): string {
  const [header = '', payload = '', signature = ''] = code.split('.');
  if (part === 'signature')
    return [header, payload, `${signature[0] === 'A' ? 'B' : 'A'}${signature.slice(1)}`].join('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  const changed = Buffer.from(JSON.stringify({ ...claims, num: claims.num + 1 })).toString('base64url');
  return [header, changed, signature].join('.');
}

describe('a code that is not genuine', () => {
  /** Of a ticket that would be let in; what names no ticket is null. */
  test.each<[string, (ticket: TicketChanged) => string, boolean]>([
    ['has an altered signature', (ticket) => tampered(tickets.code(ticket)), false],
    ['claims another number', (ticket) => tampered(tickets.code(ticket), 'payload'), false],
    ['is of another event', (ticket) => tickets.code(ticket, { aud: 'evt2' }), true],
    [
      'has a key of another form',
      (ticket) => signCompact({ ...newSigningKey(), kid: 'a\u0000b' }, claimsOf(ticket)),
      false,
    ],
    ['is signed by a stranger in the name of a known key', (ticket) => strangers(ticket), false],
    ['is some other code', () => 'BARCODE 7', false],
    ['is a JWS of something else', () => signCompact(keyOf(), { hello: 'door' }), false],
  ])('that %s is INVALID, and nobody is asked about it', async (_what, codeOf, isNamed) => {
    const eventId = await system.ticketedEvent();
    const ticket = await tickets.issue(eventId);
    const ticketId = isNamed ? ticket.ticketId : null;
    const code = codeOf(ticket);
    const nonce = newId();
    const refusal = { ...refused('INVALID'), refusedTicket: ticketId };
    expect(await system.scan({ eventId, code, nonce })).toMatchObject(refusal);
    expect(await system.scan({ eventId, code, nonce })).toMatchObject(refusal);
    expect(await system.verify(eventId, { code })).toMatchObject({ reason: 'INVALID', ticketId });
    expect(await system.counts(eventId)).toMatchObject({ totalCheckedIn: 0, refused: 1 });
  });

  const keyOf = () => tickets.keys[0] ?? newSigningKey();
  const claimsOf = ({ ticketId, eventId }: TicketChanged) => ({ sub: ticketId, aud: eventId, num: 1 });
  const strangers = (ticket: TicketChanged) =>
    signCompact({ ...newSigningKey(), kid: keyOf().kid }, claimsOf(ticket));
});

describe('by hand', () => {
  test('a ticket on the list is let in by COMMITTEE as forced, whatever its code’s number', async () => {
    const eventId = await system.ticketedEvent();
    const { ticketId } = await tickets.issue(eventId, { codeNumber: 5 });
    expect(await system.client.refusal(checkIn, { input: { eventId, ticketId } }, scanner)).toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(await system.counts(eventId)).toMatchObject({ totalCheckedIn: 0, refused: 0 });
    expect(await system.scan({ eventId, ticketId }, committee)).toMatchObject({
      ...admitted,
      ticketId,
      forced: true,
    });
    expect(await system.verify(eventId, { ticketId })).toMatchObject({ reason: 'ALREADY_REDEEMED' });
  });

  test('a ticket of another event is INVALID, and its owner is not asked again', async () => {
    const { ticketId } = await tickets.issue(await system.ticketedEvent());
    const eventId = await system.ticketedEvent();
    expect(await system.scan({ eventId, ticketId }, committee)).toMatchObject({
      ...refused('INVALID'),
      refusedTicket: ticketId,
    });
  });

  test('what has no ticket’s form is INVALID, and nobody is asked about it', async () => {
    const input = { eventId: await system.ticketedEvent(), ticketId: 'T' };
    expect(await system.scan(input, committee)).toMatchObject({ ...refused('INVALID'), refusedTicket: 'T' });
  });
});

describe('an OPEN door', () => {
  test('checks a TixGo code, and takes anything else as a ticket id', async () => {
    const eventId = await system.event();
    const ticket = await tickets.issue(eventId);
    const code = tickets.code(ticket);
    expect(await system.scan({ eventId, code: tampered(code) })).toMatchObject(refused('INVALID'));
    expect(await system.scan({ eventId, code: tickets.code(ticket, { aud: 'evt2' }) })).toMatchObject(
      refused('INVALID'),
    );
    expect(await system.scan({ eventId, code })).toMatchObject({ ...admitted, ticketId: ticket.ticketId });
    expect(await system.scan({ eventId, ticketId: ticket.ticketId }, committee)).toMatchObject(
      refused('ALREADY_REDEEMED'),
    );
    const blocked = await tickets.issue(eventId, { standing: 'BLOCKED' });
    expect(await system.scan({ eventId, code: tickets.code(blocked) })).toMatchObject(refused('BLOCKED'));
    const other = 'eyJhbGciOiJFZERTQSJ9.e30.x';
    expect(await system.scan({ eventId, code: other })).toMatchObject({ ...admitted, ticketId: other });
    expect(await system.counts(eventId)).toMatchObject({ totalCheckedIn: 2, refused: 4, expected: null });
  });
});

describe('an OPEN door of an event that sold tickets', () => {
  /** As people write them. */
  const spellings: readonly ((id: string) => string)[] = [(id) => id, (id) => id.toUpperCase()];

  test.each(spellings)(
    'takes a ticket by its code, not by its id, which former holders know (%#)',
    async (as) => {
      const eventId = await system.event();
      const ticket = await tickets.issue(eventId);
      const { ticketId } = ticket;
      const id = as(ticketId);
      await tickets.tell({ ...ticket, codeNumber: 2, version: 2 });
      const refusal = { ...refused('INVALID'), refusedTicket: ticketId };
      expect(await system.scan({ eventId, code: id, nonce: 'n' })).toMatchObject(refusal);
      expect(await system.scan({ eventId, code: id, nonce: 'n' })).toMatchObject(refusal);
      expect(await system.verify(eventId, { code: id })).toMatchObject({ reason: 'INVALID', ticketId });
      expect(await system.scanError({ eventId, ticketId: id })).toMatchObject({ code: 'FORBIDDEN' });
      const code = tickets.code(ticket, { num: 2 });
      expect(await system.scan({ eventId, code })).toMatchObject({ ...admitted, ticketId, forced: false });
      expect(await system.counts(eventId)).toMatchObject({ totalCheckedIn: 1, refused: 1 });
    },
  );

  test.each(spellings)(
    'admits one by hand for COMMITTEE, once however its id is written (%#)',
    async (as) => {
      const eventId = await system.event();
      const { ticketId } = await tickets.issue(eventId);
      const byHand = await system.scan({ eventId, ticketId: as(ticketId) }, committee);
      expect(byHand).toMatchObject({ ...admitted, ticketId, forced: true });
      for (const spelling of spellings) {
        expect(await system.scan({ eventId, ticketId: spelling(ticketId) }, committee)).toMatchObject({
          ...refused('ALREADY_REDEEMED'),
          refusedTicket: ticketId,
          previous: { id: byHand.id },
        });
        expect(await system.verify(eventId, { ticketId: spelling(ticketId) })).toMatchObject({
          reason: 'ALREADY_REDEEMED',
          ticketId,
        });
      }
      const undone = await system.undo(byHand.id);
      expect(undone.undoneAt).not.toBeNull();
      expect(await system.counts(eventId)).toMatchObject({ totalCheckedIn: 0 });
    },
  );

  test('holds to what became of a ticket, also where its id is typed in', async () => {
    const eventId = await system.event();
    const { ticketId } = await tickets.issue(eventId, { standing: 'CANCELED' });
    for (const as of spellings) {
      const input = { eventId, ticketId: as(ticketId) };
      expect(await system.scan(input, committee)).toMatchObject(refused('CANCELED'));
      expect(await system.scan({ eventId, code: as(ticketId) })).toMatchObject(refused('CANCELED'));
      expect(await system.verify(eventId, { ticketId: as(ticketId) })).toMatchObject({ reason: 'CANCELED' });
    }
  });

  test('takes any other id as it is written, that of another event’s ticket too', async () => {
    const eventId = await system.event();
    await tickets.issue(eventId);
    const elsewhere = await tickets.issue(await system.event());
    const unknown = newId();
    const other = elsewhere.ticketId.toUpperCase();
    expect(await system.verify(eventId, { code: other })).toMatchObject({
      admissible: true,
      ticketId: other,
    });
    const asItIs = (ticketId: string) => ({ ...admitted, ticketId, forced: false });
    for (const id of [other, unknown, unknown.toUpperCase(), 'TKT-1'])
      expect(await system.scan({ eventId, code: id })).toMatchObject(asItIs(id));
    expect(await system.scan({ eventId, ticketId: elsewhere.ticketId })).toMatchObject(
      asItIs(elsewhere.ticketId),
    );
    expect(await system.counts(eventId)).toMatchObject({ totalCheckedIn: 5, refused: 0 });
  });

  test('decides the spellings of one id that come at once as one ticket', async () => {
    const eventId = await system.event({ entryPolicy: 'ONCE' });
    const { ticketId } = await tickets.issue(eventId);
    const scans = Array.from({ length: 8 }, (_, index) =>
      system.scan({ eventId, ticketId: index % 2 ? ticketId : ticketId.toUpperCase() }, committee),
    );
    const kinds = (await Promise.all(scans)).map((answer) => answer.__typename);
    expect(kinds.filter((kind) => kind === 'CheckIn')).toHaveLength(1);
    expect(await system.counts(eventId)).toMatchObject({ totalCheckedIn: 1, refused: 7 });
  });
});

describe('a check-in', () => {
  test('names its ticket when TixGo may have issued it, and none otherwise', async () => {
    const eventId = await system.event();
    const { ticketId } = await tickets.issue(eventId);
    for (const id of [ticketId, 'T']) await system.scan({ eventId, ticketId: id }, committee);
    const query = `query ($eventId: ID!) { attendance(eventId: $eventId) { records { edges { node { ticket { id } } } } } }`;
    const { records } = (await system.client.data(query, { eventId }, committee)).attendance;
    expect(records.edges.map((edge: { node: unknown }) => edge.node)).toEqual([
      { ticket: null },
      { ticket: { id: ticketId } },
    ]);
  });

  test('of a TixGo ticket that is undone lets its code in again', async () => {
    const eventId = await system.ticketedEvent();
    const code = tickets.code(await tickets.issue(eventId));
    const { id } = await system.scan({ eventId, code });
    await system.undo(id);
    expect(await system.scan({ eventId, code })).toMatchObject(admitted);
  });
});

test('a nonce sent again repeats the answer to a code, and with another ticket it is refused', async () => {
  const eventId = await system.ticketedEvent();
  const [one, other] = [await tickets.issue(eventId), await tickets.issue(eventId)];
  const input = { eventId, code: tickets.code(one), nonce: 'n' };
  const first = await system.scan(input);
  expect(first).toMatchObject(admitted);
  await tickets.tell({ ...one, standing: 'CANCELED', version: 2 });
  expect(await system.scan(input)).toEqual(first);
  const reused = { input: { ...input, code: tickets.code(other) } };
  expect(await system.client.refusal(checkIn, reused, scanner)).toMatchObject({
    code: 'IDEMPOTENCY_KEY_REUSED',
  });
  expect(await system.counts(eventId)).toMatchObject({ totalCheckedIn: 1, refused: 0, expected: 1 });
});
