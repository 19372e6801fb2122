import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import { answerTo, basket, endsAt, refusalOf } from './reservations.ts';
import { admin, buyer, createType, startTickets, type TicketSystem } from './ticket-system.ts';
import { typeById } from './ticket-type-rules.ts';

let system: TicketSystem;
beforeAll(async () => {
  system = await startTickets({ works: false });
});
afterAll(() => system.close());
beforeEach(() => {
  system.at('2026-05-01T10:00:00.000Z');
  system.owner.down = false;
  system.owner.asked.length = 0;
});

const [older, known, newer] = [
  '2026-04-01T00:00:00.000Z',
  '2026-04-02T00:00:00.000Z',
  '2026-04-03T00:00:00.000Z',
];
const snapshot = async (change = {}) => await system.event({ endsAt, updatedAt: known, ...change });
const free = { price: { amount: 0, currency: 'EUR' } };
const wanted = async (eventId: string, typeId: string) =>
  (await answerTo(system, basket(eventId, [[typeId, 1]]))).__typename;
const newType = async (eventId: string, change = {}) => {
  const input = { eventId, name: 'Seat', price: free.price, capacity: 10, ...change };
  return await system.client.refusal(createType, { input }, admin);
};

describe('what is told of an event', () => {
  test('counts from then on: a draft is sold once it is published, and not once it is canceled', async () => {
    const eventId = await snapshot({ status: 'DRAFT', updatedAt: older });
    const typeId = await system.type(eventId);
    expect(await refusalOf(system, basket(eventId, [[typeId, 1]]))).toMatchObject({ code: 'NOT_FOUND' });
    await snapshot({ eventId });
    expect(await wanted(eventId, typeId)).toBe('Order');
    await snapshot({ eventId, status: 'CANCELED', updatedAt: newer });
    expect(await wanted(eventId, typeId)).toBe('SalesClosed');
  });

  test.each([
    ['older', older],
    ['as old', known],
  ])('is forgotten when it is %s than what is known', async (_how, updatedAt) => {
    const eventId = await snapshot({ gates: ['North'], capacity: 10 });
    const typeId = await system.type(eventId, { capacity: 5 });
    await snapshot({ eventId, status: 'CANCELED', gates: ['East'], capacity: 99, endsAt: older, updatedAt });
    expect(await wanted(eventId, typeId)).toBe('Order');
    expect(await newType(eventId, { gates: ['East'] })).toMatchObject({ field: 'gates' });
    expect(await newType(eventId, { capacity: 6 })).toMatchObject({ field: 'capacity' });
  });

  test('counts whole when it is newer: gates, capacity and end', async () => {
    const eventId = await snapshot({ gates: ['North'], capacity: 10, endsAt: '2026-05-01T10:00:00.000Z' });
    const typeId = await system.type(eventId, { gates: ['North'] });
    expect(await wanted(eventId, typeId)).toBe('SalesClosed');
    await snapshot({
      eventId,
      gates: ['East'],
      capacity: 12,
      endsAt: '2026-05-01T10:00:00.001Z',
      updatedAt: newer,
    });
    expect(await wanted(eventId, typeId)).toBe('Order');
    await system.type(eventId, { gates: ['East'], capacity: 2 });
    expect(await newType(eventId, { capacity: 1 })).toMatchObject({ field: 'capacity' });
    expect(await newType(eventId, { gates: ['North'] })).toMatchObject({ field: 'gates' });
    expect((await typeById(system, typeId)).gates).toEqual(['North']);
  });

  test('counts once, however often it comes', async () => {
    const eventId = newId();
    const told = { name: 'A', status: 'PUBLISHED', admission: 'TICKETED', entryPolicy: 'ONCE' } as const;
    const payload = { ...told, eventId, timezone: 'UTC', gates: [], capacity: 3, startsAt: known, endsAt };
    const factId = newId();
    await system.tell('event.changed', eventId, { ...payload, updatedAt: known }, factId);
    await system.tell('event.changed', eventId, { ...payload, capacity: 9, updatedAt: newer }, factId);
    expect(await newType(eventId, { capacity: 4 })).toMatchObject({ field: 'capacity' });
  });

  test('does not make its first sale a first one again', async () => {
    const eventId = await snapshot();
    const typeId = await system.type(eventId, { capacity: 3 });
    expect(await system.toldOf('ticket.sales-started', eventId)).toEqual([]);
    for (const updatedAt of [newer, endsAt]) {
      expect(await wanted(eventId, typeId)).toBe('Order');
      await snapshot({ eventId, updatedAt });
    }
    expect(await wanted(eventId, typeId)).toBe('Order');
    expect(await system.toldOf('ticket.sales-started', eventId)).toEqual([{ eventId }]);
  });
});

describe('an event that is deleted', () => {
  test('sells nothing more and stays gone, while its orders can be read', async () => {
    const eventId = await snapshot();
    const typeId = await system.type(eventId);
    const bea = buyer();
    const { id } = await system.reserve(bea, eventId, typeId);
    await system.tell('event.deleted', eventId, { eventId, updatedAt: newer });
    await snapshot({ eventId, updatedAt: older });
    await snapshot({ eventId, updatedAt: endsAt });
    expect(await refusalOf(system, basket(eventId, [[typeId, 1]]))).toMatchObject({ code: 'NOT_FOUND' });
    expect(await newType(eventId)).toMatchObject({ code: 'NOT_FOUND' });
    const query = 'query ($id: ID!) { order(id: $id) { status lines { type { id } } } }';
    expect((await system.client.data(query, { id }, bea)).order).toEqual({
      status: 'PENDING',
      lines: [{ type: { id: typeId } }],
    });
  });

  test('before anything was told of it is not made known', async () => {
    const eventId = newId();
    await system.tell('event.deleted', eventId, { eventId, updatedAt: newer });
    expect(await newType(eventId)).toMatchObject({ code: 'NOT_FOUND' });
    expect(system.owner.asked).toEqual([eventId]);
  });
});

describe('an event that nothing was told of', () => {
  const ofOwner = (change = {}) => {
    const id = newId();
    const said = {
      id,
      status: 'PUBLISHED',
      capacity: 10,
      gates: ['North'],
      endsAt,
      updatedAt: known,
      ...change,
    };
    system.owner.events.set(id, said);
    return id;
  };

  test('is asked about once, and sold from then on', async () => {
    const eventId = ofOwner();
    const typeId = await system.type(eventId, { gates: ['North'] });
    expect(await newType(eventId, { capacity: 1 })).toMatchObject({ field: 'capacity' });
    expect(await wanted(eventId, typeId)).toBe('Order');
    expect(system.owner.asked).toEqual([eventId]);
  });

  test('is asked about by a buyer as well', async () => {
    const eventId = ofOwner();
    const other = await system.type(await snapshot());
    expect(await refusalOf(system, basket(eventId, [[other, 1]]))).toMatchObject({
      code: 'NOT_FOUND',
      message: 'No such ticket type of this event.',
    });
    expect(system.owner.asked).toEqual([eventId]);
  });

  test('is told of later: only what is newer than the answer counts', async () => {
    const eventId = ofOwner();
    const typeId = await system.type(eventId);
    await snapshot({ eventId, status: 'CANCELED', updatedAt: older });
    expect(await wanted(eventId, typeId)).toBe('Order');
    await snapshot({ eventId, status: 'CANCELED', updatedAt: newer });
    expect(await wanted(eventId, typeId)).toBe('SalesClosed');
  });

  test('is not found when its owner knows none either, nor asked for by what is no id', async () => {
    const typeId = await system.type(await snapshot());
    const eventId = newId();
    for (const id of [eventId, 'Evt 1', 'x'.repeat(65)]) {
      expect(await newType(id, { gates: ['North'] })).toMatchObject({ code: 'NOT_FOUND' });
      expect(await refusalOf(system, basket(id, [[typeId, 1]]))).toMatchObject({ code: 'NOT_FOUND' });
    }
    expect(system.owner.asked).toEqual([eventId, eventId]);
  });

  test('is out of reach while its owner is down; those that are known go on', async () => {
    const eventId = await snapshot();
    const typeId = await system.type(eventId);
    const unknown = ofOwner();
    system.owner.down = true;
    const unavailable = { code: 'SUBGRAPH_UNAVAILABLE', retryable: true };
    expect(await newType(unknown)).toMatchObject(unavailable);
    expect(await refusalOf(system, basket(unknown, [[typeId, 1]]))).toMatchObject(unavailable);
    expect(await wanted(eventId, typeId)).toBe('Order');
  });
});
