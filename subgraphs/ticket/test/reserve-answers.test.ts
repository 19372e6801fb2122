import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { answerTo, basket, endsAt, expectNothingHeld, onSale, refusalOf } from './reservations.ts';
import { expectStockToAgree } from './stock-agreement.ts';
import { buyer, startTickets, type TicketSystem } from './ticket-system.ts';
import { typeById } from './ticket-type-rules.ts';

let system: TicketSystem;
beforeAll(async () => {
  system = await startTickets({ works: false });
});
afterAll(() => system.close());
beforeEach(() => system.at('2026-05-01T10:00:00.000Z'));

describe('a reservation is answered with what stands in its way', () => {
  test('when one line is over what an order may hold', async () => {
    const { eventId, typeId } = await onSale(system);
    const few = await system.type(eventId, { maxPerOrder: 2 });
    const wanted = (quantity: number) =>
      basket(eventId, [
        [typeId, 1],
        [few, quantity],
      ]);
    for (const quantity of [3, 1_000]) {
      expect(await answerTo(system, wanted(quantity))).toEqual({
        __typename: 'LimitExceeded',
        maxPerOrder: 2,
        message: 'One order may hold at most 2 of these tickets.',
        limited: { id: few },
      });
    }
    await expectNothingHeld(system, eventId);
    expect(await answerTo(system, wanted(2))).toMatchObject({ __typename: 'Order', total: { amount: 7500 } });
  });

  test.each([
    [0, 'These tickets are sold out.'],
    [1, 'There is only one of these tickets left.'],
    [2, 'There are only 2 of these tickets left.'],
  ])('when one line has but %d left', async (available, message) => {
    const { eventId, typeId } = await onSale(system);
    const few = await system.type(eventId, { capacity: available + 1 });
    await system.reserve(buyer(), eventId, few);
    const lines = [
      [typeId, 1],
      [few, available + 1],
    ] as const;
    const soldOut = { __typename: 'SoldOut', available, message, soldOut: { id: few } };
    expect(await answerTo(system, basket(eventId, lines))).toEqual(soldOut);
    expect((await typeById(system, typeId)).available).toBe(10);
    await expectStockToAgree(system.database, eventId);
  });

  test('before its sale opens, to the moment', async () => {
    const opensAt = '2026-05-01T12:00:00.000Z';
    const { eventId, typeId } = await onSale(system);
    const later = await system.type(eventId, { salesStart: opensAt });
    const lines = [
      [typeId, 1],
      [later, 1],
    ] as const;
    system.at('2026-05-01T11:59:59.999Z');
    expect(await answerTo(system, basket(eventId, lines))).toEqual({
      __typename: 'SalesClosed',
      opensAt,
      message: `The sale opens at ${opensAt}.`,
      closed: { id: later },
    });
    await expectNothingHeld(system, eventId);
    system.at(opensAt);
    expect(await answerTo(system, basket(eventId, lines))).toMatchObject({ __typename: 'Order' });
  });

  test.each<[string, string, Record<string, unknown>, Record<string, unknown>]>([
    ['its sale', '2026-06-01T00:00:00.000Z', { salesEnd: '2026-06-01T00:00:00.000Z' }, {}],
    ['its event', endsAt, { salesEnd: '2026-08-01T00:00:00.000Z' }, {}],
    ['everything', '2026-05-01T10:00:00.000Z', {}, { status: 'CANCELED' }],
  ])('when %s is over', async (_what, time, sale, change) => {
    const { eventId, typeId } = await onSale(system, sale);
    await system.event({ endsAt, eventId, ...change, updatedAt: new Date().toISOString() });
    system.at(time);
    const closed = { __typename: 'SalesClosed', opensAt: null, message: 'The sale is over.' };
    expect(await answerTo(system, basket(eventId, [[typeId, 1]]))).toEqual({
      ...closed,
      closed: { id: typeId },
    });
    await expectNothingHeld(system, eventId);
  });
});

describe('a key', () => {
  test('answers its order as it is by now, and takes nothing more', async () => {
    const { eventId, typeId } = await onSale(system);
    const bea = buyer();
    const key = '\u{1F39F}'.repeat(128);
    const { id } = await answerTo(system, basket(eventId, [[typeId, 2]], key), bea);
    await system.pay(id);
    const repeated = await answerTo(system, basket(eventId, [[typeId.toUpperCase(), 2]], ` ${key} `), bea);
    expect(repeated).toMatchObject({ id, status: 'PAID', tickets: [{}, {}] });
    await expectStockToAgree(system.database, eventId);
  });

  test('is refused for anything else, and nothing is held for that', async () => {
    const [sale, other] = [await onSale(system), await onSale(system)];
    const second = await system.type(sale.eventId);
    const bea = buyer();
    const { id } = await answerTo(system, basket(sale.eventId, [[sale.typeId, 1]], 'k'), bea);
    for (const input of [
      basket(sale.eventId, [[sale.typeId, 2]], 'k'),
      basket(sale.eventId, [[second, 1]], 'k'),
      basket(other.eventId, [[other.typeId, 1]], 'k'),
      basket(other.eventId, [[sale.typeId, 1]], 'k'),
    ]) {
      expect(await refusalOf(system, input, bea)).toMatchObject({
        code: 'IDEMPOTENCY_KEY_REUSED',
        field: 'idempotencyKey',
      });
    }
    await expectNothingHeld(system, other.eventId);
    expect(await answerTo(system, basket(sale.eventId, [[sale.typeId, 1]], 'k'), bea)).toMatchObject({ id });
    await expectStockToAgree(system.database, sale.eventId);
  });

  test("is one's own: another's with the same one gets an order of theirs", async () => {
    const { eventId, typeId } = await onSale(system);
    const [one, two] = [
      await answerTo(system, basket(eventId, [[typeId, 1]], 'k')),
      await answerTo(system, basket(eventId, [[typeId, 1]], 'k')),
    ];
    expect(one.id).not.toBe(two.id);
  });

  test('is told once more what stood in the way, though it no longer does', async () => {
    const { eventId, typeId } = await onSale(system, { salesStart: '2026-05-01T12:00:00.000Z' });
    const bea = buyer();
    const closed = await answerTo(system, basket(eventId, [[typeId, 1]], 'k'), bea);
    system.at('2026-05-01T12:00:00.000Z');
    expect(await answerTo(system, basket(eventId, [[typeId, 1]], 'k'), bea)).toEqual(closed);
    expect(await answerTo(system, basket(eventId, [[typeId, 1]]), bea)).toMatchObject({
      __typename: 'Order',
    });
  });

  test('is not used up by a mistake', async () => {
    const { eventId, typeId } = await onSale(system);
    const other = await onSale(system);
    const bea = buyer();
    for (const line of [
      [typeId, 0],
      [other.typeId, 1],
    ] as const)
      await refusalOf(system, basket(eventId, [line], 'k'), bea);
    expect(await answerTo(system, basket(eventId, [[typeId, 1]], 'k'), bea)).toMatchObject({
      __typename: 'Order',
    });
  });
});
