import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import type { TicketsAdmitted } from '@tixgo/schema/facts/attendance.ts';
import type { TicketChanged } from '@tixgo/schema/facts/ticket.ts';
import { AttendanceSystem, admitted, committee } from './attendance-system.ts';
import type { TicketService } from './ticket-service.ts';

let system: AttendanceSystem;
let tickets: TicketService;
beforeAll(async () => {
  system = await AttendanceSystem.start();
  ({ tickets } = system);
  await tickets.tellOfKeys();
});
afterAll(() => system.close());

describe('what the door knows of tickets', () => {
  test('is the newest that was told, in whatever order and however often', async () => {
    const eventId = await system.ticketedEvent();
    const first = tickets.ticket(eventId);
    const blocked: TicketChanged = { ...first, standing: 'BLOCKED', version: 2 };
    const moved: TicketChanged = { ...first, codeNumber: 2, gates: ['North'], validUntil: null, version: 3 };
    for (const fact of [blocked, first, moved, moved, blocked]) await tickets.tell(fact);
    expect(await system.scan({ eventId, code: tickets.code(first) })).toMatchObject({ reason: 'REVOKED' });
    expect(await system.scan({ eventId, code: tickets.code(moved), gate: 'South' })).toMatchObject({
      reason: 'PRODUCT',
    });
    expect(await system.scan({ eventId, code: tickets.code(moved) })).toMatchObject(admitted);
    expect((await system.counts(eventId)).expected).toBe(1);
  });

  test('does not depend on whether the door was known before', async () => {
    const eventId = newId();
    const ticket = await tickets.issue(eventId);
    await tickets.issue(eventId);
    await system.ticketedEvent({ eventId });
    expect((await system.counts(eventId)).expected).toBe(2);
    expect(await system.scan({ eventId, code: tickets.code(ticket) })).toMatchObject(admitted);
  });
});

describe('how many are expected', () => {
  test('counts tickets that are not canceled, whatever else holds them back', async () => {
    const eventId = await system.ticketedEvent();
    const ticket = await tickets.issue(eventId);
    for (const standing of ['BLOCKED', 'UNPAID', 'CANCELED'] as const)
      await tickets.issue(eventId, { standing });
    expect((await system.counts(eventId)).expected).toBe(3);
    const steps = [
      ['BLOCKED', 3],
      ['CANCELED', 2],
      ['CANCELED', 2],
      ['ADMISSIBLE', 3],
    ] as const;
    for (const [index, [standing, count]] of steps.entries()) {
      await tickets.tell({ ...ticket, standing, version: index + 2 });
      expect([standing, (await system.counts(eventId)).expected]).toEqual([standing, count]);
    }
  });

  test('is right though facts repeat and come out of order', async () => {
    const eventId = await system.ticketedEvent();
    const ticket = tickets.ticket(eventId);
    const canceled: TicketChanged = { ...ticket, standing: 'CANCELED', version: 2 };
    const factId = newId();
    await tickets.tell(canceled, factId);
    await tickets.tell(ticket);
    await tickets.tell(canceled, factId);
    await tickets.tell(canceled);
    await tickets.tell(ticket);
    expect((await system.counts(eventId)).expected).toBe(0);
  });

  test('is right though hundreds of facts come at once, of one ticket and of many', async () => {
    const eventId = await system.ticketedEvent();
    const ticket = tickets.ticket(eventId);
    const versions = Array.from({ length: 30 }, (_, version) => ({
      ...ticket,
      standing: version % 2 === 0 ? ('CANCELED' as const) : ('ADMISSIBLE' as const),
      version,
    }));
    const others = Array.from({ length: 70 }, () => tickets.ticket(eventId));
    await Promise.all([...versions, ...others, ...versions].map((fact) => tickets.tell(fact)));
    expect((await system.counts(eventId)).expected).toBe(71);
  });
});

/** What the ticket service hears from the door, up to and with a marker event's. */
async function heardOf(eventId: string, work: () => Promise<void>): Promise<TicketsAdmitted['tickets'][]> {
  const heard: TicketsAdmitted['tickets'][] = [];
  const marker = await system.ticketedEvent();
  const { promise, resolve } = Promise.withResolvers<void>();
  system.bus.subscribe({
    name: newId(),
    types: ['attendance.tickets-admitted'],
    handle: async ({ payload }) => {
      const told = payload as TicketsAdmitted;
      if (told.eventId === eventId) heard.push(told.tickets);
      if (told.eventId === marker) resolve();
    },
  });
  await work();
  await system.scan({ eventId: marker, code: tickets.code(await tickets.issue(marker)) });
  await promise;
  return heard;
}

describe('the ticket service hears', () => {
  test('of first admissions and of what is taken back, and of nothing between', async () => {
    const eventId = await system.ticketedEvent({ entryPolicy: 'UNLIMITED' });
    const ticket = await tickets.issue(eventId);
    const { ticketId } = ticket;
    const input = { eventId, code: tickets.code(ticket) };
    const heard = await heardOf(eventId, async () => {
      const first = await system.scan(input);
      const second = await system.scan(input);
      const exit = await system.scan({ ...input, direction: 'EXIT' });
      for (const { id } of [exit, first, second]) await system.undo(id);
      await system.scan({ eventId, ticketId }, committee);
    });
    expect(heard).toEqual([
      [{ ticketId, admitted: true }],
      [{ ticketId, admitted: false }],
      [{ ticketId, admitted: true }],
    ]);
  });

  test('nothing of refused scans, nor of tickets that TixGo did not issue', async () => {
    const eventId = await system.event();
    const blocked = await tickets.issue(eventId, { standing: 'BLOCKED' });
    const ticket = await tickets.issue(eventId);
    const heard = await heardOf(eventId, async () => {
      await system.scan({ eventId, code: tickets.code(blocked) });
      const foreign = await system.scan({ eventId, ticketId: newId() });
      await system.scan({ eventId, ticketId: 'T' });
      await system.undo(foreign.id);
      await system.scan({ eventId, code: tickets.code(ticket) });
    });
    expect(heard).toEqual([[{ ticketId: ticket.ticketId, admitted: true }]]);
  });

  test('of a batch at once', async () => {
    const eventId = await system.ticketedEvent();
    const issued = await Promise.all(Array.from({ length: 40 }, () => tickets.issue(eventId)));
    const heard = await heardOf(eventId, async () => {
      await Promise.all(
        issued.map(async (ticket) => await system.scan({ eventId, code: tickets.code(ticket) })),
      );
    });
    expect(heard.length).toBeLessThan(20);
    const told = heard.flat().map(({ ticketId, admitted }) => `${ticketId} ${admitted}`);
    expect(told.sort()).toEqual(issued.map(({ ticketId }) => `${ticketId} true`).sort());
  });
});
