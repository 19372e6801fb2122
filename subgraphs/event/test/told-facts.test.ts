import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Fact } from '@tixgo/platform/facts/fact.ts';
import { newId } from '@tixgo/platform/ids.ts';
import { type Answer, userViewer } from '@tixgo/platform/testing/ask.ts';
import { createTestDatabase } from '@tixgo/platform/testing/test-database.ts';
import { attendanceStarted, EventSystem, evening } from './event-system.ts';

let system: EventSystem;
const owner = userViewer('USER');
beforeAll(async () => {
  system = await EventSystem.start();
});
afterAll(async () => {
  await system.stop();
});

/** The fact that tells of an event as it was answered. */
const changed = (event: Answer) => {
  const { id: eventId, name, status, admission, entryPolicy, timezone, gates, capacity } = event;
  const { startsAt, endsAt, updatedAt } = event;
  const payload = { eventId, name, status, admission, entryPolicy, timezone, gates, capacity };
  return {
    type: 'event.changed',
    version: 1,
    occurredAt: updatedAt,
    payload: { ...payload, startsAt, endsAt, updatedAt },
  };
};

const versions = (facts: Answer[]) => facts.map(({ payload }) => payload.updatedAt);

describe('others are told', () => {
  test('of every change, with the whole of it, in versions that grow though the clock stands', async () => {
    const created = await system.draft({ name: 'One', capacity: 10, gates: ['North'] });
    const input = { name: 'Two', capacity: null, entryPolicy: 'UNLIMITED', timezone: 'UTC', gates: [] };
    const updated = await system.ask('updateEvent', { id: created.id, input });
    const published = await system.ask('publishEvent', { id: created.id });
    const canceled = await system.ask('cancelEvent', { id: created.id, reason: 'Rain' });
    const facts = await system.told(created.id);
    expect(facts).toEqual([created, updated, published, canceled].map(changed));
    expect(versions(facts)).toEqual([...new Set(versions(facts))].sort());
    expect(versions(facts)[0]).toBe(system.now.toISOString());
  });

  test('of a change that their snapshot does not show', async () => {
    const created = await system.create();
    const updated = await system.ask('updateEvent', { id: created.id, input: { description: 'New' } });
    expect(await system.told(created.id)).toEqual([created, updated].map(changed));
  });

  test('of a proposal, its changes and its withdrawal', async () => {
    const proposed = await system.propose(owner);
    const updated = await system.ask('updateProposal', { id: proposed.id, input: { name: 'Better' } }, owner);
    await system.ask('withdrawProposal', { id: proposed.id }, owner);
    const facts = await system.told(proposed.id);
    expect(facts.slice(0, 2)).toEqual([proposed, updated].map(changed));
    expect(facts[2]).toMatchObject({ type: 'event.deleted', payload: { eventId: proposed.id } });
  });

  test('of a deletion, in a version later than every snapshot', async () => {
    const { id } = await system.create();
    await system.ask('updateEvent', { id, input: { name: 'New' } });
    await system.ask('deleteEvent', { id });
    const facts = await system.told(id);
    const last = facts.at(-1);
    expect(last).toEqual({
      type: 'event.deleted',
      version: 1,
      occurredAt: last.payload.updatedAt,
      payload: { eventId: id, updatedAt: expect.any(String) },
    });
    expect(versions(facts)).toEqual([...new Set(versions(facts))].sort());
  });

  test('over the bus, in order and at once', async () => {
    // Without its timer the relay looks only when a commit wakes it.
    const quiet = new EventSystem(await createTestDatabase());
    await quiet.subgraph.prepare();
    const heard: Fact[] = [];
    const { promise, resolve } = Promise.withResolvers<void>();
    quiet.bus.subscribe({
      name: 'listener',
      types: ['event.changed', 'event.deleted'],
      handle: async (fact) => {
        heard.push(fact);
        if (fact.type === 'event.deleted') resolve();
      },
    });
    const created = await quiet.create({ id: 'evt1' });
    await quiet.ask('deleteEvent', { id: 'evt1' });
    await promise;
    await quiet.stop();
    expect(heard).toMatchObject([{ key: 'evt1', ...changed(created) }, { type: 'event.deleted' }]);
  });
});

describe('nobody is told anything', () => {
  const toldSince = async (id: string, work: () => Promise<unknown>) => {
    const before = await system.told(id);
    await work();
    return (await system.told(id)).slice(before.length);
  };

  test.each<[string, 'create' | 'draft' | 'canceled', string, Record<string, unknown>]>([
    ['an update of nothing', 'create', 'updateEvent', { input: {} }],
    ['an update to what is so', 'create', 'updateEvent', { input: { ...evening, venue: null, gates: [] } }],
    ['a second publication', 'create', 'publishEvent', {}],
    ['a second cancellation', 'canceled', 'cancelEvent', { reason: 'Again' }],
    ['an update that is refused', 'create', 'updateEvent', { input: { endsAt: '2026-01-01T00:00:00Z' } }],
    ['an update of a canceled event', 'canceled', 'updateEvent', { input: { name: 'New' } }],
    ['a publication of a canceled event', 'canceled', 'publishEvent', {}],
    ['a cancellation of a draft', 'draft', 'cancelEvent', {}],
  ])('by %s', async (_what, make, operation, variables) => {
    const { id } = await system[make]({ venue: null });
    const attempt = () => system.outcome(operation as 'updateEvent', { id, ...variables });
    expect(await toldSince(id, attempt)).toEqual([]);
  });

  test('by an update to the venue that it has', async () => {
    const venue = { name: 'Hall', address: null, city: 'Bern', latitude: 1.5, longitude: 2 };
    const { id } = await system.create({ venue });
    const input = { venue: { longitude: 2, latitude: 1.5, city: ' Bern ', name: 'Hall' } };
    expect(await toldSince(id, () => system.ask('updateEvent', { id, input }))).toEqual([]);
  });

  test('by an id that is taken, a deletion that is refused, or one that comes twice', async () => {
    const { id } = await system.create();
    await system.admitSomebody(id);
    const create = () => system.outcome('createEvent', { input: { ...evening, id } });
    expect(await toldSince(id, create)).toEqual([]);
    expect(await toldSince(id, () => system.outcome('deleteEvent', { id }))).toEqual([]);
    const other = await system.create();
    await system.ask('deleteEvent', { id: other.id });
    expect(await toldSince(other.id, () => system.outcome('deleteEvent', { id: other.id }))).toEqual([]);
  });
});

describe('what the door tells', () => {
  test('changes nothing that anyone sees, and may come twice', async () => {
    const event = await system.create();
    const fact = attendanceStarted(event.id, system.now.toISOString());
    await system.bus.publish(fact);
    await system.bus.publish(fact);
    expect(await system.ask('event', { id: event.id })).toEqual(event);
    expect(await system.told(event.id)).toHaveLength(1);
    const query = 'select count(*)::int from event.inbox where fact_id = $1';
    expect((await system.database.pool.query(query, [fact.id])).rows).toEqual([{ count: 1 }]);
  });

  test('of an event that is not here is taken all the same', async () => {
    await expect(system.admitSomebody(newId())).resolves.toBeUndefined();
    const { id } = await system.create();
    await system.ask('deleteEvent', { id });
    await expect(system.admitSomebody(id)).resolves.toBeUndefined();
    expect(await system.outcome('event', { id })).toBe('NOT_FOUND');
  });
});
