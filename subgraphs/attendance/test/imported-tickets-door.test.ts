import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import { AttendanceSystem, admitted, committee, refused, scanner } from './attendance-system.ts';
import { admin, sendList } from './ticket-lists.ts';

let system: AttendanceSystem;
beforeAll(async () => {
  system = await AttendanceSystem.start();
});
afterAll(() => system.close());
/** Nobody else knows of what was sold elsewhere. */
afterEach(() => expect([system.tickets.askedForTickets, system.tickets.askedForKeys]).toEqual([0, 0]));

const verify = async (eventId: string, input: Record<string, unknown>) => {
  const query = `query ($eventId: ID!, $code: String, $ticketId: ID) {
    verifyTicket(eventId: $eventId, code: $code, ticketId: $ticketId) {
      admissible reason message ticketId previous { id } importedTicket { code holderName typeName validFrom validUntil gates } } }`;
  return (await system.client.data(query, { eventId, ...input }, scanner)).verifyTicket;
};
/** An event with these rows, whose columns the first one names. */
async function eventWith(...rows: string[]): Promise<string> {
  const eventId = await system.ticketedEvent({ gates: ['North', 'South'] });
  expect(await sendList(system, eventId, rows.join('\n'))).toMatchObject({ status: 'DONE' });
  return eventId;
}

/** Takes the event's imports back; what is left of them is removed later. */
async function takeBack(eventId: string): Promise<void> {
  const query = 'query ($eventId: ID!) { ticketImports(eventId: $eventId) { edges { node { id } } } }';
  const { ticketImports } = await system.client.data(query, { eventId }, admin);
  const remove = 'mutation ($id: ID!) { deleteTicketImport(id: $id) }';
  for (const { node } of ticketImports.edges) await system.client.data(remove, { id: node.id }, admin);
}

describe('a ticket that was sold elsewhere', () => {
  test('is let in by its code, once, and whose it is is shown', async () => {
    const eventId = await eventWith('code,name,type,gates', 'A-1,Ada,Standing,North', 'A-2,,,');
    const holder = { code: 'A-1', holderName: 'Ada', typeName: 'Standing', gates: ['North'] };
    const unbounded = { validFrom: null, validUntil: null };
    expect(await verify(eventId, { code: 'A-1' })).toEqual({
      admissible: true,
      reason: null,
      message: 'This ticket may enter.',
      ticketId: 'A-1',
      previous: null,
      importedTicket: { ...holder, ...unbounded },
    });
    const first = await system.scan({ eventId, code: ' A-1 ', gate: 'North' });
    expect(first).toMatchObject({ ...admitted, ticketId: 'A-1', forced: false });
    expect(await system.scan({ eventId, code: 'A-1', gate: 'North' })).toMatchObject({
      ...refused('ALREADY_REDEEMED'),
      refusedTicket: 'A-1',
      previous: { id: first.id },
    });
    expect(await verify(eventId, { code: 'A-1' })).toMatchObject({
      reason: 'ALREADY_REDEEMED',
      previous: { id: first.id },
    });
    expect(await system.counts(eventId)).toMatchObject({ totalCheckedIn: 1, refused: 1, expected: 2 });
  });

  test('names itself in lists of check-ins, and others have none', async () => {
    const eventId = await eventWith('code,name', 'A-1,Ada', 'A-2,');
    await system.scan({ eventId, code: 'A-1' });
    await system.scan({ eventId, code: 'A-2' });
    const open = await system.event();
    await system.scan({ eventId: open, code: 'A-1' });
    const query = `query ($eventId: ID!) { attendance(eventId: $eventId) { records { edges { node {
      ticketId importedTicket { holderName } ticket { id } } } } } }`;
    const recordsOf = async (id: string) =>
      (await system.client.data(query, { eventId: id }, committee)).attendance.records.edges.map(
        ({ node }: { node: unknown }) => node,
      );
    expect(await recordsOf(eventId)).toEqual([
      { ticketId: 'A-2', importedTicket: { holderName: null }, ticket: null },
      { ticketId: 'A-1', importedTicket: { holderName: 'Ada' }, ticket: null },
    ]);
    expect(await recordsOf(open)).toEqual([{ ticketId: 'A-1', importedTicket: null, ticket: null }]);
    const undone = await eventWith('code,name', 'A-1,Ada');
    const { id } = await system.scan({ eventId: undone, code: 'A-1' });
    await system.undo(id);
    await takeBack(undone);
    expect(await recordsOf(undone)).toEqual([{ ticketId: 'A-1', importedTicket: null, ticket: null }]);
  });

  test.each([
    [
      'INVALID_TIME',
      'is early',
      'This ticket is good from 2120-01-01T00:00:00.000Z.',
      '2120-01-01T00:00:00Z,',
    ],
    [
      'INVALID_TIME',
      'is late',
      'This ticket is good until 2020-01-01T00:00:00.000Z.',
      ',2020-01-01T00:00:00Z',
    ],
  ])('is refused %s when it %s, and says when it is good', async (reason, _what, message, times) => {
    const eventId = await eventWith('code,valid_from,valid_until', `A-1,${times}`);
    const nonce = newId();
    const refusal = { ...refused(reason), message, refusedTicket: 'A-1', previous: null };
    expect(await system.scan({ eventId, code: 'A-1', nonce })).toEqual(refusal);
    expect(await system.scan({ eventId, code: 'A-1', nonce })).toEqual(refusal);
    expect(await verify(eventId, { code: 'A-1' })).toMatchObject({ reason, message, ticketId: 'A-1' });
    expect(await system.counts(eventId)).toMatchObject({ totalCheckedIn: 0, refused: 1 });
  });

  test('is refused PRODUCT at a gate that is not its own', async () => {
    const eventId = await eventWith('code,gates', 'A-1,North', 'A-2,');
    expect(await system.scan({ eventId, code: 'A-1', gate: 'South' })).toMatchObject({
      ...refused('PRODUCT'),
      message: 'This ticket is good at North only.',
      refusedTicket: 'A-1',
    });
    expect(await system.scan({ eventId, code: 'A-1' })).toMatchObject(admitted);
    expect(await system.scan({ eventId, code: 'A-2', gate: 'South' })).toMatchObject(admitted);
  });

  test('is refused CANCELED when the event was called off', async () => {
    const eventId = await eventWith('code', 'A-1');
    await system.event({
      eventId,
      admission: 'TICKETED',
      status: 'CANCELED',
      updatedAt: '2026-06-02T10:00:00Z',
    });
    expect(await system.scan({ eventId, code: 'A-1' })).toMatchObject(refused('CANCELED'));
    expect(await verify(eventId, { code: 'A-1' })).toMatchObject({ reason: 'CANCELED' });
  });

  test('is let in by hand by COMMITTEE as forced, and by hand or code once', async () => {
    const eventId = await eventWith('code', 'A-1');
    expect(await system.scanError({ eventId, ticketId: 'A-1' })).toMatchObject({
      code: 'FORBIDDEN',
    });
    expect(await verify(eventId, { ticketId: 'A-1' })).toMatchObject({ admissible: true, ticketId: 'A-1' });
    expect(await system.scan({ eventId, ticketId: 'A-1' }, committee)).toMatchObject({
      ...admitted,
      forced: true,
    });
    expect(await system.scan({ eventId, code: 'A-1' })).toMatchObject(refused('ALREADY_REDEEMED'));
  });

  test('goes out and in again by the policy, late as well', async () => {
    const eventId = await system.ticketedEvent({ entryPolicy: 'REENTRY_AFTER_EXIT' });
    system.at('2026-07-01T10:00:00.000Z');
    await sendList(system, eventId, 'code,valid_until\nA-1,2026-07-01T12:00:00Z\n');
    expect(await system.scan({ eventId, code: 'A-1', direction: 'EXIT' })).toMatchObject(refused('RULES'));
    expect(await system.scan({ eventId, code: 'A-1' })).toMatchObject(admitted);
    system.at('2026-07-01T13:00:00.000Z');
    expect(await system.scan({ eventId, code: 'A-1', direction: 'EXIT' })).toMatchObject(admitted);
    expect(await system.scan({ eventId, code: 'A-1' })).toMatchObject(refused('INVALID_TIME'));
  });

  test('that was undone is let in again', async () => {
    const eventId = await eventWith('code', 'A-1');
    const { id } = await system.scan({ eventId, code: 'A-1' });
    await system.undo(id);
    expect(await system.scan({ eventId, code: 'A-1' })).toMatchObject(admitted);
  });

  test('tells the ticket service nothing: it is not one of its tickets', async () => {
    const told: unknown[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    const eventId = await eventWith('code', 'A-1');
    const own = await system.tickets.issue(eventId);
    system.bus.subscribe({
      name: 'listener',
      types: ['attendance.tickets-admitted'],
      handle: async ({ payload }) => {
        told.push(payload);
        resolve();
      },
    });
    await system.tickets.tellOfKeys();
    await system.scan({ eventId, code: 'A-1' });
    await system.scan({ eventId, code: system.tickets.code(own) });
    await promise;
    expect(told).toEqual([{ eventId, tickets: [{ ticketId: own.ticketId, admitted: true }] }]);
  });
});

describe('a code that was not imported', () => {
  test.each([
    ['in another case', 'a-1'],
    ['in another event alone', 'B-1'],
    ['longer than any', 'x'.repeat(2_000)],
    ['with a NUL escaped', 'A-1\\u0000'],
  ])('%s is INVALID and unknown', async (_what, code) => {
    const eventId = await eventWith('code', 'A-1');
    await eventWith('code', 'B-1');
    expect(await system.scan({ eventId, code })).toMatchObject({
      ...refused('INVALID'),
      refusedTicket: null,
    });
    expect(await verify(eventId, { code })).toMatchObject({
      reason: 'INVALID',
      ticketId: null,
      importedTicket: null,
    });
  });
});

test('of many scans of one imported ticket at once, one is let in', async () => {
  const eventId = await eventWith('code', 'A-1', 'A-2');
  const scans = await Promise.all(
    Array.from({ length: 40 }, (_, index) => system.scan({ eventId, code: index % 4 === 0 ? 'A-2' : 'A-1' })),
  );
  const inside = scans.filter(({ __typename }) => __typename === 'CheckIn').map(({ ticketId }) => ticketId);
  expect(inside.sort()).toEqual(['A-1', 'A-2']);
  expect(await system.counts(eventId)).toMatchObject({ totalCheckedIn: 2, refused: 38 });
});
