import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Answer } from '@tixgo/platform/testing/ask.ts';
import { EventSystem, evening, minutes } from './event-system.ts';

const whole = {
  description: 'Songs',
  venue: { name: 'Hall', address: 'Street 1', city: 'Bern', country: 'CH', latitude: 46.9, longitude: 7.4 },
  capacity: 100,
  entryPolicy: 'UNLIMITED',
  gates: ['North'],
};

let system: EventSystem;
let event: Answer;
beforeAll(async () => {
  system = await EventSystem.start();
});
beforeEach(async () => {
  event = await system.create(whole);
  system.pass(1 * minutes);
});
afterAll(async () => {
  await system.stop();
});

const update = async (input: Record<string, unknown>) =>
  await system.ask('updateEvent', { id: event.id, input });
const current = async () => await system.ask('event', { id: event.id });

describe('changing an event', () => {
  test.each<[string, Record<string, unknown>]>([
    ['name', { name: 'Another evening' }],
    ['description', { description: 'Dances' }],
    ['startsAt', { startsAt: '2026-07-01T19:00:00.000Z' }],
    ['endsAt', { endsAt: '2026-07-01T23:00:00.000Z' }],
    ['timezone', { timezone: 'Europe/Zurich' }],
    ['capacity', { capacity: 200 }],
    ['entryPolicy', { entryPolicy: 'ONCE_PER_DAY' }],
    ['gates', { gates: ['South', 'West'] }],
    ['gates, to none', { gates: [] }],
    [
      'both times, past the old ones',
      { startsAt: '2026-08-01T18:00:00.000Z', endsAt: '2026-08-01T19:00:00.000Z' },
    ],
  ])('%s leaves all else as it is', async (_what, input) => {
    const changed = await update(input);
    expect(changed).toEqual({ ...event, ...input, updatedAt: system.now.toISOString() });
    expect(await current()).toEqual(changed);
  });

  test('its venue replaces the whole of it', async () => {
    expect((await update({ venue: { name: 'Garden' } })).venue).toEqual({
      name: 'Garden',
      address: null,
      city: null,
      country: null,
      latitude: null,
      longitude: null,
    });
  });

  test.each(['description', 'venue', 'capacity'])('by null clears the %s', async (field) => {
    expect(await update({ [field]: null })).toEqual({
      ...event,
      [field]: null,
      updatedAt: system.now.toISOString(),
    });
  });

  test.each(['name', 'startsAt', 'endsAt', 'timezone', 'entryPolicy', 'gates'])(
    'by null cannot take the %s away',
    async (field) => {
      const variables = { id: event.id, input: { capacity: 1, [field]: null } };
      expect(await system.refusal('updateEvent', variables)).toMatchObject({ code: 'BAD_USER_INPUT', field });
      expect(await current()).toEqual(event);
    },
  );

  test.each<[string, Record<string, unknown>]>([
    ['the end before the kept start', { endsAt: '2026-07-01T17:59:59.999Z' }],
    ['the end to the kept start', { endsAt: evening.startsAt }],
    ['the start behind the kept end', { startsAt: '2026-07-01T22:00:00.001Z' }],
    ['the start to the kept end', { startsAt: evening.endsAt }],
  ])('cannot move %s', async (_what, input) => {
    expect(await system.refusal('updateEvent', { id: event.id, input })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'endsAt',
    });
    expect(await current()).toEqual(event);
  });

  test.each<[string, Record<string, unknown>]>([
    ['its admission', { admission: 'OPEN' }],
    ['its status', { status: 'CANCELED' }],
    ['its id', { id: 'another' }],
  ])('cannot touch %s', async (_what, input) => {
    expect(await system.outcome('updateEvent', { id: event.id, input })).toBe('BAD_USER_INPUT');
    expect(await current()).toEqual(event);
  });

  test('is CONFLICT once it is canceled', async () => {
    const canceled = await system.ask('cancelEvent', { id: event.id });
    expect(await system.outcome('updateEvent', { id: event.id, input: { name: 'New' } })).toBe('CONFLICT');
    expect(await current()).toEqual(canceled);
  });

  test('is for drafts as well, those of others among them', async () => {
    const { id } = await system.draft();
    expect(await system.ask('updateEvent', { id, input: { name: 'New' } })).toMatchObject({
      name: 'New',
      status: 'DRAFT',
    });
  });
});

describe('updatedAt', () => {
  test('grows with every change while the clock stands still', async () => {
    const versions: string[] = [event.updatedAt];
    for (const name of ['One', 'Two', 'Three']) versions.push((await update({ name })).updatedAt);
    versions.push((await system.ask('cancelEvent', { id: event.id })).updatedAt);
    expect(versions).toEqual([...new Set(versions)].sort());
  });

  test('grows when the clock is set back', async () => {
    system.pass(-10 * minutes);
    const { updatedAt } = await update({ name: 'Earlier' });
    expect(updatedAt > event.updatedAt).toBe(true);
    system.pass(10 * minutes);
  });

  test('stays when nothing changes', async () => {
    expect(await update({})).toEqual(event);
    expect(await update({ name: ` ${event.name} `, ...whole })).toEqual(event);
  });

  test('and createdAt part at the first change only', async () => {
    expect(event.updatedAt).toBe(event.createdAt);
    const { createdAt, updatedAt } = await update({ name: 'New' });
    expect([createdAt, updatedAt]).toEqual([event.createdAt, system.now.toISOString()]);
  });
});
