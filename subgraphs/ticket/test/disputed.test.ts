import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  buyTickets,
  dispute,
  inEuros,
  payoutsOf,
  refund,
  salesOf,
  sellOn,
  settlePayoutOf,
  ticketFor,
} from './ticket-holder.ts';
import { startTickets, type TicketSystem } from './ticket-system.ts';

let system: TicketSystem;
beforeAll(async () => {
  system = await startTickets({ works: false });
});
afterAll(() => system.close());
beforeEach(() => system.at('2026-05-01T10:00:00.000Z'));

describe('a payment in dispute', () => {
  test('keeps its tickets out until it is won', async () => {
    const bea = await buyTickets(system);
    await dispute(system, bea, 'LOST');
    expect(await ticketFor(system, bea.ticketId)).toMatchObject({ status: 'VALID', doorStanding: 'UNPAID' });
    await dispute(system, bea, 'WON');
    expect(await ticketFor(system, bea.ticketId)).toMatchObject({ doorStanding: 'ADMISSIBLE' });
    const standings = (await system.toldOf('ticket.changed', bea.ticketId)).map(({ standing }) => standing);
    expect(standings).toEqual(['ADMISSIBLE', 'UNPAID', 'ADMISSIBLE']);
  });

  test('is no revenue until it is won, however often it is told', async () => {
    const bea = await buyTickets(system, { quantity: 2 });
    await dispute(system, bea, 'LOST');
    await dispute(system, bea, 'LOST');
    expect(await salesOf(system, bea.eventId)).toMatchObject({ sold: 2, revenue: inEuros(0) });
    await dispute(system, bea, 'WON');
    await dispute(system, bea, 'WON');
    expect(await salesOf(system, bea.eventId)).toMatchObject({ sold: 2, revenue: inEuros(5000) });
  });

  test('of somebody who sold the ticket on does not touch the one who bought it', async () => {
    const bea = await buyTickets(system);
    await sellOn(system, bea);
    await dispute(system, bea);
    expect(await ticketFor(system, bea.ticketId)).toMatchObject({ doorStanding: 'ADMISSIBLE' });
  });

  test('of the seller keeps back what they are to be paid for it, until it is won', async () => {
    const bea = await buyTickets(system);
    await sellOn(system, bea);
    await dispute(system, bea);
    expect(await payoutsOf(system, bea.holder.id)).toEqual(['HELD']);
    expect(await settlePayoutOf(system, bea.holder.id)).toBe('CONFLICT');
    await dispute(system, bea, 'WON');
    expect(await settlePayoutOf(system, bea.holder.id)).toBeNull();
    expect(await payoutsOf(system, bea.holder.id)).toEqual(['SETTLED']);
  });

  test('of the buyer of a resale keeps its seller waiting as well', async () => {
    const bea = await buyTickets(system);
    const cleo = await sellOn(system, bea);
    await dispute(system, cleo);
    expect(await payoutsOf(system, bea.holder.id)).toEqual(['HELD']);
    expect(await ticketFor(system, cleo.ticketId)).toMatchObject({ doorStanding: 'UNPAID' });
    await dispute(system, cleo, 'WON');
    expect(await payoutsOf(system, bea.holder.id)).toEqual(['DUE']);
  });

  test('of both sides is to be won by both before anything is paid out', async () => {
    const bea = await buyTickets(system);
    const cleo = await sellOn(system, bea);
    await dispute(system, bea);
    await dispute(system, cleo);
    await dispute(system, bea, 'WON');
    expect(await payoutsOf(system, bea.holder.id)).toEqual(['HELD']);
    await dispute(system, cleo, 'WON');
    expect(await payoutsOf(system, bea.holder.id)).toEqual(['DUE']);
  });

  test('does not call a payout back that was made', async () => {
    const bea = await buyTickets(system);
    await sellOn(system, bea);
    await settlePayoutOf(system, bea.holder.id);
    await dispute(system, bea);
    expect(await payoutsOf(system, bea.holder.id)).toEqual(['SETTLED']);
    expect(await salesOf(system, bea.eventId)).toMatchObject({ revenue: inEuros(0) });
  });

  test('that ends in a refund lets the seller of a resale have their payout', async () => {
    const bea = await buyTickets(system);
    const cleo = await sellOn(system, bea, 2000);
    await dispute(system, cleo);
    await refund(system, cleo, 2000);
    expect(await payoutsOf(system, bea.holder.id)).toEqual(['DUE']);
    expect(await salesOf(system, bea.eventId)).toEqual({ sold: 0, reserved: 0, revenue: inEuros(500) });
  });
});
