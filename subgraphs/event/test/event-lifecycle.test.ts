import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { EventSystem } from './event-system.ts';

let system: EventSystem;
beforeAll(async () => {
  system = await EventSystem.start();
});
afterAll(async () => {
  await system.stop();
});

describe('publishing', () => {
  test('makes a draft public', async () => {
    const draft = await system.draft();
    expect(await system.ask('publishEvent', { id: draft.id })).toEqual({
      ...draft,
      status: 'PUBLISHED',
      updatedAt: expect.any(String),
    });
  });

  test('a second time answers the event as it is', async () => {
    const { id } = await system.draft();
    const published = await system.ask('publishEvent', { id });
    expect(await system.ask('publishEvent', { id })).toEqual(published);
  });

  test('is CONFLICT once the event is canceled', async () => {
    const canceled = await system.canceled();
    expect(await system.outcome('publishEvent', { id: canceled.id })).toBe('CONFLICT');
    expect(await system.ask('event', { id: canceled.id })).toEqual(canceled);
  });
});

describe('canceling', () => {
  const reasonOf = async (id: string) => {
    const query = 'select cancel_reason from event.event where id = $1';
    return (await system.database.pool.query(query, [id])).rows[0].cancel_reason;
  };

  test('calls a published event off and keeps the reason for the record', async () => {
    const event = await system.create();
    expect(await system.ask('cancelEvent', { id: event.id, reason: ' Flooded ' })).toEqual({
      ...event,
      status: 'CANCELED',
      updatedAt: expect.any(String),
    });
    expect(await reasonOf(event.id)).toBe('Flooded');
  });

  test.each([{}, { reason: null }])('needs no reason: %j', async (variables) => {
    const { id } = await system.create();
    expect(await system.ask('cancelEvent', { id, ...variables })).toMatchObject({ status: 'CANCELED' });
    expect(await reasonOf(id)).toBeNull();
  });

  test('a second time answers the event as it is, with its first reason', async () => {
    const { id } = await system.create();
    const canceled = await system.ask('cancelEvent', { id, reason: 'Flooded' });
    expect(await system.ask('cancelEvent', { id, reason: 'Forgotten' })).toEqual(canceled);
    expect(await reasonOf(id)).toBe('Flooded');
  });

  test('a draft is CONFLICT', async () => {
    const draft = await system.draft();
    expect(await system.outcome('cancelEvent', { id: draft.id })).toBe('CONFLICT');
    expect(await system.ask('event', { id: draft.id })).toEqual(draft);
  });

  test.each([
    ['an empty one', ''],
    ['one of blanks', '  '],
    ['one of 501 characters', 'x'.repeat(501)],
    ['one in two lines', 'a\nb'],
    ['one with a NUL', 'a\u0000'],
    ['one with a bidirectional override', 'abc\u202Edef'],
  ])('takes no bad reason: %s', async (_what, reason) => {
    const { id } = await system.create();
    expect(await system.refusal('cancelEvent', { id, reason })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'reason',
    });
    expect(await system.ask('event', { id })).toMatchObject({ status: 'PUBLISHED' });
  });

  test('takes a reason of 500 characters', async () => {
    const { id } = await system.create();
    await system.ask('cancelEvent', { id, reason: 'x'.repeat(500) });
    expect(await reasonOf(id)).toHaveLength(500);
  });
});

describe('deleting', () => {
  test.each(['create', 'draft', 'canceled'] as const)('takes an event away (%s)', async (make) => {
    const { id } = await system[make]();
    expect(await system.ask('deleteEvent', { id })).toBe(true);
    expect(await system.outcome('event', { id })).toBe('NOT_FOUND');
    expect(await system.listed('events', { first: 100 })).not.toContain(id);
    expect(await system.listed('myEvents', { first: 100 })).not.toContain(id);
    expect(await system.ask('entities', { representations: [{ __typename: 'Event', id }] })).toEqual([null]);
  });

  test('leaves nothing to change, publish, cancel or delete again', async () => {
    const { id } = await system.draft();
    await system.ask('deleteEvent', { id });
    for (const [operation, variables] of [
      ['deleteEvent', { id }],
      ['updateEvent', { id, input: { name: 'Back' } }],
      ['publishEvent', { id }],
      ['cancelEvent', { id }],
      ['updateProposal', { id, input: { name: 'Back' } }],
      ['withdrawProposal', { id }],
    ] as const) {
      expect([operation, await system.outcome(operation, variables)]).toEqual([operation, 'NOT_FOUND']);
    }
  });

  test('is CONFLICT once the door has told of an admission, and canceling is not', async () => {
    const event = await system.create();
    await system.admitSomebody(event.id);
    expect(await system.outcome('deleteEvent', { id: event.id })).toBe('CONFLICT');
    expect(await system.ask('event', { id: event.id })).toEqual(event);
    expect(await system.ask('cancelEvent', { id: event.id })).toMatchObject({ status: 'CANCELED' });
    expect(await system.outcome('deleteEvent', { id: event.id })).toBe('CONFLICT');
  });

  test('an event does not care who was admitted at another', async () => {
    const [event, other] = [await system.create(), await system.create()];
    await system.admitSomebody(other.id);
    expect(await system.ask('deleteEvent', { id: event.id })).toBe(true);
  });
});
