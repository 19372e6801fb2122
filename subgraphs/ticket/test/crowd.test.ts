import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import { isNightly, testSeed } from '@tixgo/platform/testing/env.ts';
import fc from 'fast-check';
import { type Deed, deedNames, doDeed, look, type Sale } from './crowd.ts';
import { expectStockToAgree } from './stock-agreement.ts';
import { buyTickets } from './ticket-holder.ts';
import { startTickets, type TicketSystem } from './ticket-system.ts';

const seed = testSeed(20261124);
const runs = isNightly() ? 300 : 8;

let system: TicketSystem;
beforeAll(async () => {
  system = await startTickets({ works: false, poolSize: 30 });
});
afterAll(() => system.close());

const deed = fc.record<Deed>({
  name: fc.constantFrom(...deedNames),
  pick: fc.nat(100),
  other: fc.nat(100),
});
/** What is done at once, time after time. */
const waves = fc.array(fc.array(deed, { minLength: 6, maxLength: 14 }), { minLength: 4, maxLength: 8 });

test(
  `whatever is done at once to the same tickets, nobody stops another (SEED=${seed}, ${runs} runs)`,
  async () => {
    const crowd = fc.asyncProperty(waves, async (all) => {
      const sale = await open();
      let time = start;
      for (const wave of all) {
        time += 25_000;
        system.at(new Date(time).toISOString());
        const sight = await look(system, sale);
        const codes = await Promise.all(wave.map((each) => doDeed(system, sale, sight, each)));
        expect(codes).not.toContain('INTERNAL_SERVER_ERROR');
        await expectListingsToAgree(sale.eventId);
        await expectStockToAgree(system.database, sale.eventId);
      }
    });
    // What another run makes of the same deeds depends on who is faster: there is nothing to shrink.
    await fc.assert(crowd, { seed, numRuns: runs, endOnFailure: true, includeErrorInReport: true });
  },
  isNightly() ? 3_600_000 : 120_000,
);

const start = Date.parse('2026-05-01T10:00:00.000Z');

/** Five tickets of three people, and room for more. */
async function open(): Promise<Sale> {
  system.at(new Date(start).toISOString());
  const eventId = await system.event({ endsAt: '2026-07-01T00:00:00.000Z' });
  const typeIds = [await system.type(eventId), await system.type(eventId)];
  const [typeId = ''] = typeIds;
  const holdings = [];
  for (const quantity of [2, 2, 1]) holdings.push(await buyTickets(system, { eventId, typeId, quantity }));
  const people = holdings.map(({ holder }) => ({ ...holder, username: newId() }));
  for (const { id, username } of people) system.users.set(username, id);
  return { eventId, typeIds, people };
}

/** A ticket is LISTED while one listing of it stands, which is RESERVED by an order that is not over, or OPEN. */
async function expectListingsToAgree(eventId: string): Promise<void> {
  const { rows } = await system.database.pool.query(
    `select t.id, t.status, l.status as listing, l.order_id, o.status as "order"
     from ticket.ticket t
     left join ticket.listing l on l.ticket_id = t.id and l.status in ('OPEN', 'RESERVED')
     left join ticket."order" o on o.id = l.order_id
     where t.event_id = $1`,
    [eventId],
  );
  for (const { id, status, listing, order } of rows) {
    expect({ id, isListed: status === 'LISTED' }).toEqual({ id, isListed: listing !== null });
    expect({ id, listing, order }).toEqual({ id, listing, order: listing === 'RESERVED' ? 'PENDING' : null });
  }
}
