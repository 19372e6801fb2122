import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import { admit, block, bonds, buyTickets, refund, ticketFor, ticketsOfOrder } from './ticket-holder.ts';
import { admin, buyer, startTickets, type TicketSystem } from './ticket-system.ts';

let system: TicketSystem;
beforeAll(async () => {
  system = await startTickets({ works: false });
});
afterAll(() => system.close());
const cleo = buyer();
beforeEach(() => {
  system.at('2026-05-01T10:00:00.000Z');
  system.users.set('cleo', cleo.id);
});

const transfer = /* GraphQL */ `
  mutation ($id: ID!, $to: String!) { transferTicket(id: $id, toUsername: $to) { codeNumber code holder { id } } }
`;
const unblock = 'mutation ($id: ID!) { unblockTicket(id: $id) { blocked doorStanding } }';

describe('giving a ticket to somebody', () => {
  test('makes it theirs with a new code, and the old one is void', async () => {
    const bea = await buyTickets(system);
    const { code } = await ticketFor(system, bea.ticketId, bea.holder);
    const { transferTicket } = await system.client.data(
      transfer,
      { id: bea.ticketId, to: ' cleo ' },
      bea.holder,
    );
    expect(transferTicket).toEqual({ codeNumber: 2, code: null, holder: { id: cleo.id } });
    const theirs = await ticketFor(system, bea.ticketId, cleo);
    expect(theirs).toMatchObject({ status: 'VALID', codeNumber: 2, order: null });
    expect(theirs.code).not.toBe(code);
    expect((await system.toldOf('ticket.changed', bea.ticketId)).map(({ codeNumber }) => codeNumber)).toEqual(
      [1, 2],
    );
    const again = await system.client.refusal(transfer, { id: bea.ticketId, to: 'cleo' }, bea.holder);
    expect(again).toMatchObject({ code: 'NOT_FOUND' });
  });

  test('is the last that its giver sees of it, until they are given it back', async () => {
    const bea = await buyTickets(system, { quantity: 2 });
    const [given, kept] = bea.ticketIds;
    const seenBy = async (viewer: UserViewer) => {
      const { order } = await system.client.data(ticketsOfOrder, { id: bea.orderId }, viewer);
      return order.tickets.map(({ id }: { id: string }) => id).sort();
    };
    await system.client.data(transfer, { id: given, to: 'cleo' }, bea.holder);
    expect([await seenBy(bea.holder), await ticketFor(system, given ?? '', bea.holder)]).toEqual([
      [kept],
      null,
    ]);
    expect(await seenBy(admin)).toEqual([given, kept].sort());
    system.users.set('bea', bea.holder.id);
    await system.client.data(transfer, { id: given, to: 'bea' }, cleo);
    expect(await seenBy(bea.holder)).toEqual([given, kept].sort());
    expect(await ticketFor(system, given ?? '', cleo)).toBeNull();
  });

  test("stays the buyer's to be paid back, and void then", async () => {
    const bea = await buyTickets(system);
    await system.client.data(transfer, { id: bea.ticketId, to: 'cleo' }, bea.holder);
    await refund(system, bea);
    expect(await ticketFor(system, bea.ticketId, cleo)).toMatchObject({ status: 'REFUNDED', code: null });
  });

  test.each([
    ['nobody', 'nobody', { code: 'NOT_FOUND' }],
    ['oneself', 'bea', { code: 'BAD_USER_INPUT', field: 'toUsername' }],
    ['no name', ' ', { code: 'BAD_USER_INPUT', field: 'toUsername' }],
  ])('to %s is refused', async (_whom, to, refusal) => {
    const bea = await buyTickets(system);
    system.users.set('bea', bea.holder.id);
    expect(await system.client.refusal(transfer, { id: bea.ticketId, to }, bea.holder)).toMatchObject(
      refusal,
    );
  });

  test("is its holder's alone: to others there is no such ticket", async () => {
    const { ticketId } = await buyTickets(system);
    for (const [viewer, id] of [
      [buyer(), ticketId],
      [admin, ticketId],
      [buyer(), newId()],
      [buyer(), 'T1'],
    ] as const) {
      expect(await system.client.refusal(transfer, { id, to: 'cleo' }, viewer)).toMatchObject({
        code: 'NOT_FOUND',
      });
    }
  });

  test.each(bonds)('is a conflict when it %s', async (_how, tie) => {
    const bea = await buyTickets(system);
    await tie(system, bea);
    // Alike for a name that nobody has: a ticket that must stay is no way to ask for names.
    for (const to of ['cleo', 'nobody']) {
      const refusal = await system.client.refusal(transfer, { id: bea.ticketId, to }, bea.holder);
      expect(refusal).toMatchObject({ code: 'CONFLICT' });
    }
  });

  test('is possible again once the door took the admission back', async () => {
    const bea = await buyTickets(system);
    await admit(system, bea);
    await admit(system, bea, false);
    const { transferTicket } = await system.client.data(
      transfer,
      { id: bea.ticketId, to: 'cleo' },
      bea.holder,
    );
    expect(transferTicket.holder).toEqual({ id: cleo.id });
  });
});

describe('a ticket that an admin holds back', () => {
  test('is refused at the door until it is let go, and keeps its code', async () => {
    const bea = await buyTickets(system);
    expect(await block(system, bea)).toEqual({ blocked: true, doorStanding: 'BLOCKED' });
    expect((await ticketFor(system, bea.ticketId, bea.holder)).codeNumber).toBe(1);
    for (const _time of [1, 2]) {
      const { unblockTicket } = await system.client.data(unblock, { id: bea.ticketId }, admin);
      expect(unblockTicket).toEqual({ blocked: false, doorStanding: 'ADMISSIBLE' });
    }
    const standings = (await system.toldOf('ticket.changed', bea.ticketId)).map(({ standing }) => standing);
    expect(standings).toEqual(['ADMISSIBLE', 'BLOCKED', 'ADMISSIBLE']);
    const { rows } = await system.database.pool.query(
      'select change, by_id, note from ticket.ticket_log where ticket_id = $1 order by id',
      [bea.ticketId],
    );
    expect(rows).toEqual([
      { change: 'ISSUED', by_id: null, note: null },
      { change: 'BLOCKED', by_id: admin.id, note: 'Stolen' },
      { change: 'UNBLOCKED', by_id: admin.id, note: null },
    ]);
  });

  test('must be one, and not void; a reason must be given', async () => {
    const blocking = 'mutation ($id: ID!, $reason: String!) { blockTicket(id: $id, reason: $reason) { id } }';
    const bea = await buyTickets(system);
    const refusal = async (id: string, reason = 'Stolen', viewer = admin) =>
      await system.client.refusal(blocking, { id, reason }, viewer);
    expect(await refusal(newId())).toMatchObject({ code: 'NOT_FOUND' });
    expect(await refusal(bea.ticketId, ' ')).toMatchObject({ code: 'BAD_USER_INPUT', field: 'reason' });
    expect(await refusal(bea.ticketId, 'x'.repeat(501))).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'reason',
    });
    expect(await refusal(bea.ticketId, 'Stolen', bea.holder)).toMatchObject({ code: 'FORBIDDEN' });
    await refund(system, bea);
    expect(await refusal(bea.ticketId)).toMatchObject({ code: 'CONFLICT' });
  });
});
