import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Fact } from '@tixgo/platform/facts/fact.ts';
import { newId } from '@tixgo/platform/ids.ts';
import { userViewer } from '@tixgo/platform/testing/ask.ts';
import { EventSystem, waitForLock } from './event-system.ts';

let system: EventSystem;
const owner = userViewer('USER');
beforeAll(async () => {
  system = await EventSystem.start();
});
afterAll(async () => {
  await system.stop();
});

/** Somebody ordered tickets of an event for the first time. */
const salesStarted = (eventId: string): Fact => ({
  id: newId(),
  type: 'ticket.sales-started',
  version: 1,
  key: eventId,
  occurredAt: system.now.toISOString(),
  payload: { eventId },
});

/** The sale tells that it began; resolves once that is known here. */
const sell = async (eventId: string) => await system.bus.publish(salesStarted(eventId));

const refusedDeletion = {
  code: 'CONFLICT',
  message:
    'Somebody ordered tickets for this event, whatever became of the order, or was admitted; cancel it instead.',
};
const refusedOnceCanceled = {
  ...refusedDeletion,
  message: refusedDeletion.message.replace('cancel it instead', 'it stays, canceled'),
};

describe('an event whose sales have begun', () => {
  test.each(['create', 'draft', 'canceled'] as const)('cannot be deleted (%s)', async (make) => {
    const event = await system[make]();
    await sell(event.id);
    expect(await system.refusal('deleteEvent', { id: event.id })).toMatchObject(
      make === 'canceled' ? refusedOnceCanceled : refusedDeletion,
    );
    expect(await system.ask('event', { id: event.id })).toEqual(event);
    expect(await system.told(event.id)).not.toContainEqual(
      expect.objectContaining({ type: 'event.deleted' }),
    );
  });

  test('can be canceled, and not deleted then either', async () => {
    const { id } = await system.create();
    await sell(id);
    expect(await system.ask('cancelEvent', { id, reason: 'Rain' })).toMatchObject({ status: 'CANCELED' });
    expect(await system.refusal('deleteEvent', { id })).toMatchObject(refusedOnceCanceled);
    expect((await system.told(id)).at(-1)).toMatchObject({
      type: 'event.changed',
      payload: { status: 'CANCELED' },
    });
  });

  test('can be changed and published as before', async () => {
    const { id } = await system.draft();
    await sell(id);
    expect(await system.ask('updateEvent', { id, input: { name: 'New' } })).toMatchObject({ name: 'New' });
    expect(await system.ask('publishEvent', { id })).toMatchObject({ status: 'PUBLISHED' });
  });

  test('cannot be withdrawn by its owner', async () => {
    const proposal = await system.propose(owner);
    await sell(proposal.id);
    expect(await system.refusal('withdrawProposal', { id: proposal.id }, owner)).toMatchObject(
      refusedDeletion,
    );
    expect(await system.ask('event', { id: proposal.id }, owner)).toEqual(proposal);
  });

  test('looks as before, and nobody is told anything', async () => {
    const event = await system.create();
    const before = await system.told(event.id);
    system.pass(1000);
    await sell(event.id);
    expect(await system.ask('event', { id: event.id })).toEqual(event);
    expect(await system.told(event.id)).toEqual(before);
  });

  test('stays so however often it is told, by one fact or by several', async () => {
    const event = await system.create();
    const fact = salesStarted(event.id);
    for (let turn = 0; turn < 3; turn += 1) await system.bus.publish(fact);
    await sell(event.id);
    const count = 'select count(*)::int from event.inbox where fact_id = $1';
    expect((await system.database.pool.query(count, [fact.id])).rows).toEqual([{ count: 1 }]);
    expect(await system.ask('event', { id: event.id })).toEqual(event);
    expect(await system.refusal('deleteEvent', { id: event.id })).toMatchObject(refusedDeletion);
    expect(await system.ask('cancelEvent', { id: event.id })).toMatchObject({ status: 'CANCELED' });
  });

  test('stays so when it is told by two at once', async () => {
    const { id } = await system.create();
    const fact = salesStarted(id);
    await Promise.all([fact, fact, salesStarted(id)].map((each) => system.bus.publish(each)));
    expect(await system.outcome('deleteEvent', { id })).toBe('CONFLICT');
  });

  test('says nothing of the door, nor the door of it', async () => {
    const [sold, entered] = [await system.create(), await system.create()];
    await sell(sold.id);
    await system.admitSomebody(entered.id);
    const query = 'select has_sales, has_admissions from event.event where id = $1';
    const noted = async (id: string) => (await system.database.pool.query(query, [id])).rows;
    expect(await noted(sold.id)).toEqual([{ has_sales: true, has_admissions: false }]);
    expect(await noted(entered.id)).toEqual([{ has_sales: false, has_admissions: true }]);
  });
});

describe('an event whose sales have not begun', () => {
  test('can be deleted whatever another sells', async () => {
    const [event, other] = [await system.create(), await system.create()];
    await sell(other.id);
    expect(await system.ask('deleteEvent', { id: event.id })).toBe(true);
    expect(await system.outcome('deleteEvent', { id: other.id })).toBe('CONFLICT');
  });
});

describe('sales that begin', () => {
  test('while the event is being deleted keep it, when they are first', async () => {
    const { id } = await system.create();
    const connection = await system.database.pool.connect();
    try {
      await connection.query('begin');
      await connection.query('update event.event set has_sales = true where id = $1', [id]);
      const deletion = system.outcome('deleteEvent', { id });
      expect(await Promise.race([deletion, waitForLock(system.database)])).toBe('waiting');
      await connection.query('commit');
      expect(await deletion).toBe('CONFLICT');
    } finally {
      connection.release();
    }
  });

  test('of an event that was deleted change nothing, and the next fact is heard', async () => {
    const [gone, next] = [await system.create(), await system.create()];
    await system.ask('deleteEvent', { id: gone.id });
    const told = await system.told(gone.id);
    await sell(gone.id);
    await sell(next.id);
    expect(await system.outcome('event', { id: gone.id })).toBe('NOT_FOUND');
    expect(await system.outcome('deleteEvent', { id: gone.id })).toBe('NOT_FOUND');
    expect(await system.told(gone.id)).toEqual(told);
    expect(await system.outcome('deleteEvent', { id: next.id })).toBe('CONFLICT');
  });

  test('of an event that nobody knows make none, and are heard once', async () => {
    const unknown = newId();
    const count = async () => {
      const query = `select (select count(*)::int from event.event) events,
        (select count(*)::int from event.inbox) facts`;
      return (await system.database.pool.query(query)).rows[0];
    };
    const before = await count();
    const fact = salesStarted(unknown);
    await system.bus.publish(fact);
    await system.bus.publish(fact);
    expect(await count()).toEqual({ events: before.events, facts: before.facts + 1 });
    expect(await system.outcome('event', { id: unknown })).toBe('NOT_FOUND');
    expect(await system.outcome('deleteEvent', { id: unknown })).toBe('NOT_FOUND');
    expect(await system.told(unknown)).toEqual([]);
  });
});
