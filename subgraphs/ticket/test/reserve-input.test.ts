import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import { answerTo, basket, endsAt, expectNothingHeld, onSale, refusalOf } from './reservations.ts';
import { expectStockToAgree } from './stock-agreement.ts';
import { admin, buyer, reserveTickets, startTickets, type TicketSystem } from './ticket-system.ts';

let system: TicketSystem;
beforeAll(async () => {
  system = await startTickets({ works: false });
});
afterAll(() => system.close());
beforeEach(() => system.at('2026-05-01T10:00:00.000Z'));

const badInput = (field: string) => ({ code: 'BAD_USER_INPUT', field });

describe('a reservation is refused', () => {
  test.each([0, -1, -2_147_483_648, 1_001, 2_147_483_647])('of %d tickets', async (quantity) => {
    const { eventId, typeId } = await onSale(system);
    expect(await refusalOf(system, basket(eventId, [[typeId, quantity]]))).toMatchObject(
      badInput('lines.quantity'),
    );
    await expectNothingHeld(system, eventId);
  });

  test.each([1.5, 2_147_483_648, '2', null])('of %p tickets, by the schema', async (quantity) => {
    const { eventId, typeId } = await onSale(system);
    expect(await refusalOf(system, basket(eventId, [[typeId, quantity]]))).toMatchObject({
      code: 'BAD_USER_INPUT',
    });
    await expectNothingHeld(system, eventId);
  });

  test('of one ticket and a half in the document itself', async () => {
    const { eventId, typeId } = await onSale(system);
    const document = `mutation { reserveTickets(input: { eventId: "${eventId}", idempotencyKey: "k",
      lines: [{ ticketTypeId: "${typeId}", quantity: 1.5 }] }) { __typename } }`;
    const { code } = await system.client.refusal(document, {}, buyer());
    expect(code).toBe('GRAPHQL_VALIDATION_FAILED');
    await expectNothingHeld(system, eventId);
  });

  test('of nothing, and of more than twenty lines', async () => {
    const eventId = await system.event({ endsAt });
    const types: string[] = [];
    for (let count = 0; count < 21; count += 1) types.push(await system.type(eventId));
    expect(await refusalOf(system, basket(eventId, []))).toMatchObject(badInput('lines'));
    const lines = types.map((typeId) => [typeId, 1] as const);
    expect(await refusalOf(system, basket(eventId, lines))).toMatchObject(badInput('lines'));
    await expectNothingHeld(system, eventId);
    const order = await answerTo(system, basket(eventId, lines.slice(1)));
    expect(order.lines).toHaveLength(20);
  });

  test('of one type in two lines, however its id is written', async () => {
    const { eventId, typeId } = await onSale(system);
    for (const again of [typeId, typeId.toUpperCase()]) {
      const input = basket(eventId, [
        [typeId, 1],
        [again, 1],
      ]);
      expect(await refusalOf(system, input)).toMatchObject(badInput('lines'));
    }
    await expectNothingHeld(system, eventId);
  });

  test('of two currencies, or of more than can be paid at once', async () => {
    const { eventId, typeId } = await onSale(system, { price: { amount: 50_000_000, currency: 'EUR' } });
    const dollars = await system.type(eventId, { price: { amount: 100, currency: 'USD' } });
    const mixed = basket(eventId, [
      [typeId, 1],
      [dollars, 1],
    ]);
    for (const input of [mixed, basket(eventId, [[typeId, 2]])]) {
      expect(await refusalOf(system, input)).toMatchObject(badInput('lines'));
    }
    await expectNothingHeld(system, eventId);
  });

  test('of a type that is not of the event, whole', async () => {
    const { eventId, typeId } = await onSale(system);
    const other = await onSale(system);
    for (const stranger of [other.typeId, newId(), 'T1', '', `${typeId} `]) {
      const input = basket(eventId, [
        [typeId, 1],
        [stranger, 1],
      ]);
      expect(await refusalOf(system, input)).toMatchObject({ code: 'NOT_FOUND' });
    }
    for (const sale of [{ eventId }, other]) await expectNothingHeld(system, sale.eventId);
  });

  test('of an event that is a draft or that nobody knows', async () => {
    const { typeId } = await onSale(system);
    const draft = await system.event({ endsAt, status: 'DRAFT' });
    const ofDraft = await system.type(draft);
    for (const eventId of [draft, newId(), 'Evt 1', '']) {
      for (const viewer of [buyer(), admin]) {
        const input = basket(eventId, [[eventId === draft ? ofDraft : typeId, 1]]);
        expect(await refusalOf(system, input, viewer)).toMatchObject({ code: 'NOT_FOUND' });
      }
    }
    await expectNothingHeld(system, draft);
  });

  test.each([
    ['no key', ''],
    ['a blank key', ' '],
    ['a key of 129 characters', 'k'.repeat(129)],
    ['a key with a control character', 'k\u0000'],
    ['a key with a card number in it', 'order/4242/4242/4242/4242'],
  ])('with %s', async (_what, key) => {
    const { eventId, typeId } = await onSale(system);
    expect(await refusalOf(system, basket(eventId, [[typeId, 1]], key))).toMatchObject(
      badInput('idempotencyKey'),
    );
    await expectNothingHeld(system, eventId);
  });

  test('to whom is not signed in', async () => {
    const { eventId, typeId } = await onSale(system);
    const variables = { input: basket(eventId, [[typeId, 1]]) };
    expect(await system.client.refusal(reserveTickets, variables)).toMatchObject({ code: 'UNAUTHENTICATED' });
    await expectNothingHeld(system, eventId);
  });

  test('without spoiling those that are decided with it', async () => {
    const { eventId, typeId } = await onSale(system);
    const other = await onSale(system);
    const answers = await Promise.all(
      Array.from({ length: 12 }, async (_, index) => {
        const input = basket(eventId, [[index % 3 === 0 ? other.typeId : typeId, 1]]);
        const { errors } = await system.client.answer(reserveTickets, { input }, buyer());
        return errors?.[0]?.extensions?.code ?? 'held';
      }),
    );
    expect(answers).toEqual(answers.map((_, index) => (index % 3 === 0 ? 'NOT_FOUND' : 'held')));
    await expectStockToAgree(system.database, eventId);
  });
});
