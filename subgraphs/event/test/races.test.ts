import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { userViewer } from '@tixgo/platform/testing/ask.ts';
import { EventSystem, evening, type Operation, waitForLock } from './event-system.ts';

const crowd = 20;
let system: EventSystem;
beforeAll(async () => {
  system = await EventSystem.start({ poolSize: crowd + 5 });
});
afterAll(async () => {
  await system.stop();
});

/** How each of twenty fares who do the same at once. */
const atOnce = async (operation: Operation, variables: (index: number) => Record<string, unknown>) =>
  await Promise.all(Array.from({ length: crowd }, (_, index) => system.outcome(operation, variables(index))));

const types = async (id: string) => (await system.told(id)).map(({ type }) => type);
const statuses = async (id: string) => (await system.told(id)).map(({ payload }) => payload.status);

describe('of twenty at once', () => {
  test('who create one id, one wins and its event stands', async () => {
    const outcomes = await atOnce('createEvent', (index) => ({
      input: { ...evening, id: 'wanted', name: `Number ${index}` },
    }));
    expect(outcomes.toSorted()).toEqual([...Array(crowd - 1).fill('CONFLICT'), 'done']);
    const winner = `Number ${outcomes.indexOf('done')}`;
    expect(await system.ask('event', { id: 'wanted' })).toMatchObject({ name: winner });
    expect(await system.told('wanted')).toMatchObject([{ payload: { name: winner } }]);
  });

  test('who publish a draft, all are answered and one fact is told', async () => {
    const { id } = await system.draft();
    expect(await atOnce('publishEvent', () => ({ id }))).toEqual(Array(crowd).fill('done'));
    expect(await statuses(id)).toEqual(['DRAFT', 'PUBLISHED']);
  });

  test('who cancel an event, all are answered and one fact is told', async () => {
    const { id } = await system.create();
    expect(await atOnce('cancelEvent', () => ({ id }))).toEqual(Array(crowd).fill('done'));
    expect(await statuses(id)).toEqual(['PUBLISHED', 'CANCELED']);
  });

  test('who delete an event, one does and one fact is told', async () => {
    const { id } = await system.create();
    const outcomes = await atOnce('deleteEvent', () => ({ id }));
    expect(outcomes.toSorted()).toEqual([...Array(crowd - 1).fill('NOT_FOUND'), 'done']);
    expect(await types(id)).toEqual(['event.changed', 'event.deleted']);
  });

  test('who change an event, each is told, in versions that grow in the order told', async () => {
    const { id } = await system.create();
    const outcomes = await atOnce('updateEvent', (index) => ({ id, input: { capacity: index + 1 } }));
    expect(outcomes).toEqual(Array(crowd).fill('done'));
    const facts = await system.told(id);
    const versions = facts.map(({ payload }) => payload.updatedAt);
    expect(versions).toHaveLength(crowd + 1);
    expect(versions).toEqual([...new Set(versions)].sort());
    expect(await system.ask('event', { id })).toMatchObject({ capacity: facts.at(-1).payload.capacity });
  });

  test('who move the start behind the end or the end before the start, none makes an event without time', async () => {
    const { id } = await system.create();
    const outcomes = await atOnce('updateEvent', (index) => ({
      id,
      input: index % 2 === 0 ? { startsAt: '2026-07-01T21:00:00Z' } : { endsAt: '2026-07-01T20:00:00Z' },
    }));
    expect(outcomes.toSorted()).toEqual([
      ...Array(crowd / 2).fill('BAD_USER_INPUT'),
      ...Array(crowd / 2).fill('done'),
    ]);
    expect(await system.told(id)).toHaveLength(2);
  });
});

describe('what another does meanwhile is seen', () => {
  const owner = userViewer('USER');

  /** Holds the event while `change` is made to it, lets `attempt` run into that, and says how it fared. */
  const outcomeAgainst = async (id: string, change: string, attempt: () => Promise<unknown>) => {
    const connection = await system.database.pool.connect();
    try {
      await connection.query('begin');
      await connection.query(`update event.event set ${change} where id = $1`, [id]);
      const outcome = attempt();
      expect(await Promise.race([outcome, waitForLock(system.database)])).toBe('waiting');
      await connection.query('commit');
      return await outcome;
    } finally {
      connection.release();
    }
  };

  test.each([
    ['editing', 'updateProposal', "status = 'PUBLISHED'", 'CONFLICT'],
    ['withdrawing', 'withdrawProposal', "status = 'PUBLISHED'", 'CONFLICT'],
    ['editing', 'updateProposal', 'deleted_at = now()', 'NOT_FOUND'],
  ] as const)('by an owner %s a proposal (%s) when %s: %s', async (_what, operation, change, expected) => {
    const { id } = await system.propose(owner);
    const attempt = () => system.outcome(operation, { id, input: { name: 'Late' } }, owner);
    expect(await outcomeAgainst(id, change, attempt)).toBe(expected);
    expect(await system.told(id)).toHaveLength(1);
  });

  test.each([
    ['updateEvent', "status = 'CANCELED'", 'CONFLICT'],
    ['publishEvent', "status = 'CANCELED'", 'CONFLICT'],
    ['publishEvent', 'deleted_at = now()', 'NOT_FOUND'],
    ['deleteEvent', 'has_admissions = true', 'CONFLICT'],
  ] as const)('by an ADMIN’s %s when %s: %s', async (operation, change, expected) => {
    const { id } = await system.draft();
    const attempt = () => system.outcome(operation, { id, input: { name: 'Late' } });
    expect(await outcomeAgainst(id, change, attempt)).toBe(expected);
    expect(await system.told(id)).toHaveLength(1);
  });
});
