import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import { userViewer } from '@tixgo/platform/testing/ask.ts';
import { anonymous, type Role, roles } from '@tixgo/platform/viewer.ts';
import { type Answer, admin, createType, startTickets, type TicketSystem } from './ticket-system.ts';
import { deleteType, euros, outOfBounds, typeById, typesOf, updateType } from './ticket-type-rules.ts';

let system: TicketSystem;
beforeAll(async () => {
  system = await startTickets({ works: false });
});
afterAll(() => system.close());
beforeEach(() => system.at('2026-05-01T10:00:00.000Z'));

const endsAt = '2026-07-01T00:00:00.000Z';
const someEvent = async (change = {}) => await system.event({ endsAt, ...change });
const inputOf = (eventId: string, change = {}) => ({
  ...{ eventId, name: 'Standing', price: euros(2500), capacity: 10 },
  ...change,
});
const refusal = async (eventId: string, change = {}): Promise<Answer> =>
  await system.client.refusal(createType, { input: inputOf(eventId, change) }, admin);
const badInput = (field: string) => ({ code: 'BAD_USER_INPUT', field });

describe('a new ticket type', () => {
  test('is as it was written, trimmed, and all of it is on sale', async () => {
    const eventId = await someEvent({ gates: ['South', 'Entr\u00e9e'] });
    const written = {
      price: { amount: 99_999_999, currency: 'JPY' },
      capacity: 1_000_000,
      salesStart: '2026-05-02T10:00:00.000Z',
      salesEnd: '2026-05-02T10:00:00.001Z',
      maxPerOrder: 100,
      validFrom: '2026-06-30T10:00:00.000Z',
      validUntil: '2026-06-30T10:00:00.001Z',
    };
    const text = {
      name: `  ${'é'.repeat(100)} `,
      description: 'One.\r\nTwo. ',
      gates: ['South', ' Entre\u0301e '],
    };
    expect(await typeById(system, await system.type(eventId, { ...written, ...text }))).toEqual({
      ...written,
      name: 'é'.repeat(100),
      description: 'One.\nTwo.',
      gates: ['South', 'Entr\u00e9e'],
      available: 1_000_000,
      event: { id: eventId },
    });
  });

  test('that says little is sold at once, ten an order, and good at every gate', async () => {
    const id = await system.type(await someEvent(), { description: ' ', gates: [], maxPerOrder: null });
    expect(await typeById(system, id)).toMatchObject({
      ...{ description: null, salesStart: null, salesEnd: null, maxPerOrder: 10 },
      ...{ validFrom: null, validUntil: null, gates: null, available: 10 },
    });
  });

  test.each([
    ...outOfBounds,
    [
      'a ticket that ends before it begins',
      { validFrom: '2026-06-30T10:00:00Z', validUntil: '2026-06-30T10:00:00Z' },
      'validUntil',
    ],
    ['a gate that the event does not have', { gates: ['North', 'East'] }, 'gates'],
    ['a gate without a name', { gates: [''] }, 'gates'],
    ['a gate named twice', { gates: ['North', ' North'] }, 'gates'],
  ] as const)('with %s is refused, and not made', async (_what, change, field) => {
    const eventId = await someEvent();
    expect(await refusal(eventId, change)).toMatchObject(badInput(field));
    expect(await typesOf(system, eventId)).toEqual([]);
  });

  test.each([
    ['half a place', { capacity: 1.5 }],
    ['half a cent', { price: euros(0.5) }],
    ['more places than a number can say', { capacity: 2 ** 31 }],
    ['a sale that starts on no real day', { salesStart: '2026-02-30T00:00:00Z' }],
  ])('with %s is refused by the schema', async (_what, change) => {
    expect(await refusal(await someEvent(), change)).toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  test("takes its place in the event's capacity, to the last one", async () => {
    const eventId = await someEvent({ capacity: 15 });
    expect(await refusal(eventId, { capacity: 16 })).toMatchObject(badInput('capacity'));
    await system.type(eventId, { capacity: 10 });
    expect(await refusal(eventId, { capacity: 6 })).toMatchObject(badInput('capacity'));
    await system.type(eventId, { capacity: 5 });
    expect(await typesOf(system, eventId)).toHaveLength(2);
  });

  test('is one of as many as fit when several admins add them at once', async () => {
    // The first round opens the connections that the others meet on.
    for (const _round of [1, 2, 3]) {
      const eventId = await someEvent({ capacity: 25 });
      const input = inputOf(eventId, { capacity: 10 });
      const answers = await Promise.all(
        Array.from({ length: 6 }, () => system.client.answer(createType, { input }, admin)),
      );
      const refused = answers.flatMap(({ errors = [] }) => errors.map(({ extensions }) => extensions?.field));
      expect(refused).toEqual(['capacity', 'capacity', 'capacity', 'capacity']);
      expect(await typesOf(system, eventId)).toHaveLength(2);
    }
  });

  test('may cost another currency than the others: only an order is of one', async () => {
    const eventId = await someEvent();
    await system.type(eventId);
    const id = await system.type(eventId, { price: { amount: 300, currency: 'USD' } });
    expect((await typeById(system, id)).price).toEqual({ amount: 300, currency: 'USD' });
  });

  test('can be made while the event is a draft, and not once it is canceled', async () => {
    await system.type(await someEvent({ status: 'DRAFT' }));
    const canceled = await someEvent({ status: 'CANCELED' });
    expect(await refusal(canceled)).toMatchObject({ code: 'CONFLICT' });
    expect(await typesOf(system, canceled)).toEqual([]);
  });

  test('needs an event that there is', async () => {
    const deleted = await someEvent();
    await system.tell('event.deleted', deleted, { eventId: deleted, updatedAt: endsAt });
    for (const eventId of [newId(), deleted, 'Evt 1', '']) {
      expect(await refusal(eventId)).toMatchObject({ code: 'NOT_FOUND' });
    }
  });
});

describe('types are the business of ADMINs:', () => {
  test.each<[string, string, Record<string, unknown>]>([
    ['adding', createType, { input: inputOf('evt1') }],
    ['changing', updateType, { id: 'T1', input: {} }],
    ['taking away', deleteType, { id: 'T1' }],
  ])('%s', async (_what, document, variables) => {
    const code = async (role: Role) =>
      (await system.client.refusal(document, variables, userViewer(role))).code;
    for (const role of roles) expect(await code(role)).toBe(role === 'ADMIN' ? 'NOT_FOUND' : 'FORBIDDEN');
    expect(await system.client.refusal(document, variables, anonymous)).toMatchObject({
      code: 'UNAUTHENTICATED',
    });
  });
});
