import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { EventSystem, evening } from './event-system.ts';

let system: EventSystem;

const day = (number: number) => ({
  startsAt: `2026-07-${number}T18:00:00.000Z`,
  endsAt: `2026-07-${number}T22:00:00.000Z`,
});

beforeAll(async () => {
  system = await EventSystem.start();
  const make = async (id: string, name: string, venue: object | null, input: object) => {
    await system.create({ id, name, venue, ...input });
    system.pass(1000);
  };
  await make('jazz', 'Jazz & Soul', { name: 'Großer Saal', city: 'ZÜRICH' }, day(14));
  await make('percent', '100% Rock', { name: 'Arena', city: 'Bern' }, day(11));
  await make('underscore', 'rock_night', { name: 'Club\\Cellar', city: 'bern' }, day(12));
  await make('plain', 'Rock nightly', null, day(12));
  await make('greek', 'ΟΔΥΣΣΕΥΣ του Μαΐου', { name: 'ARENA Süd' }, day(13));
  await system.draft({ id: 'draft', name: 'Rock later', ...day(10) });
});
afterAll(async () => {
  await system.stop();
});

const listed = async (filter: Record<string, unknown>) => await system.listed('events', { filter });

describe('the list of events', () => {
  test.each([
    [{}, ['draft', 'percent', 'plain', 'underscore', 'greek', 'jazz']],
    [{ orderBy: null }, ['draft', 'percent', 'plain', 'underscore', 'greek', 'jazz']],
    [{ orderBy: 'STARTS_AT_ASC' }, ['draft', 'percent', 'plain', 'underscore', 'greek', 'jazz']],
    [{ orderBy: 'STARTS_AT_DESC' }, ['jazz', 'greek', 'underscore', 'plain', 'percent', 'draft']],
    [{ orderBy: 'CREATED_AT_DESC' }, ['draft', 'greek', 'plain', 'underscore', 'percent', 'jazz']],
  ])('in the order of %j is %j', async (variables, expected) => {
    expect(await system.listed('events', variables)).toEqual(expected);
  });

  test.each<[string, object, string[]]>([
    ['part of the name, in any case', { search: 'rOCK' }, ['draft', 'percent', 'plain', 'underscore']],
    ['part of the venue’s name, in any case', { search: 'aRena' }, ['percent', 'greek']],
    ['letters beyond ASCII, in any case', { search: 'SÜD' }, ['greek']],
    ['letters that another case writes in two', { search: 'GROSSER' }, ['jazz']],
    ['letters that lower case writes as two', { search: 'GRO\u1E9EER' }, ['jazz']],
    ['part of a word that ends like one', { search: 'ΟΔΥΣ' }, ['greek']],
    ['letters that upper case takes apart', { search: 'ΜΑ\u03AA\u0301ΟΥ' }, ['greek']],
    ['another Unicode form', { search: 'su\u0308d' }, ['greek']],
    ['blanks around', { search: '  soul ' }, ['jazz']],
    ['a percent sign as such', { search: '0%' }, ['percent']],
    ['a percent sign alone', { search: '%' }, ['percent']],
    ['an underscore as such', { search: 'k_n' }, ['underscore']],
    ['a backslash as such', { search: 'b\\c' }, ['underscore']],
    ['a backslash alone', { search: '\\' }, ['underscore']],
    ['a quote', { search: "'" }, []],
    ['both names at once, which is neither', { search: 'rock arena' }, []],
    ['a city, in any case', { city: 'BERN' }, ['percent', 'underscore']],
    ['a city beyond ASCII, in any case', { city: 'zürich' }, ['jazz']],
    ['part of a city, which is no city', { city: 'Ber' }, []],
    ['a city as a pattern, which is no city', { city: 'B%' }, []],
    ['a status', { status: 'DRAFT' }, ['draft']],
    ['a start, that moment included', { from: day(13).startsAt }, ['greek', 'jazz']],
    ['an end, that moment excluded', { to: day(11).startsAt }, ['draft']],
    [
      'a day in another offset',
      { from: '2026-07-12T20:00:00+02:00', to: '2026-07-12T20:00:00.001+02:00' },
      ['plain', 'underscore'],
    ],
    ['an empty span', { from: day(12).startsAt, to: day(12).startsAt }, []],
    [
      'all of it',
      { search: 'rock', city: 'bern', from: day(12).startsAt, status: 'PUBLISHED' },
      ['underscore'],
    ],
    [
      'nulls, which say nothing',
      { search: null, city: null, status: null, from: null, to: null },
      ['draft', 'percent', 'plain', 'underscore', 'greek', 'jazz'],
    ],
  ])('is filtered by %s', async (_what, filter, expected) => {
    expect(await listed({ ...filter })).toEqual(expected);
  });

  test('follows a change of name and place', async () => {
    const { id } = await system.create({
      name: 'Before',
      venue: { name: 'Old House', city: 'Olten' },
      ...day(15),
    });
    const finds = async (filter: Record<string, unknown>) => (await listed(filter)).includes(id);
    await system.ask('updateEvent', { id, input: { name: 'After' } });
    expect([await finds({ search: 'before' }), await finds({ search: 'after' })]).toEqual([false, true]);
    expect([await finds({ search: 'old house' }), await finds({ city: 'olten' })]).toEqual([true, true]);
    await system.ask('updateEvent', { id, input: { venue: { name: 'New House', city: 'Naters' } } });
    expect([await finds({ search: 'old house' }), await finds({ city: 'olten' })]).toEqual([false, false]);
    expect([await finds({ search: 'new house' }), await finds({ city: 'naters' })]).toEqual([true, true]);
    await system.ask('updateEvent', { id, input: { venue: null } });
    expect([await finds({ search: 'new house' }), await finds({ city: 'naters' })]).toEqual([false, false]);
    await system.ask('deleteEvent', { id });
  });
});

const cursorOf = (...values: string[]) => Buffer.from(JSON.stringify(values)).toString('base64url');
const at = evening.startsAt;
const refusals: readonly (readonly [what: string, variables: Record<string, unknown>, field: string])[] = [
  ['a page of none', { first: 0 }, 'first'],
  ['a page of less', { first: -1 }, 'first'],
  ['a page of 101', { first: 101 }, 'first'],
  ['a page of 10,000', { first: 10_000 }, 'first'],
  ['no cursor', { after: '' }, 'after'],
  ['nonsense for a cursor', { after: 'nonsense' }, 'after'],
  ['a cursor of 10,000 characters', { after: 'x'.repeat(10_000) }, 'after'],
  ['a cursor of users', { after: cursorOf('users', 'evt1') }, 'after'],
];

describe('the list of events refuses', () => {
  test.each([
    ...refusals,
    ['a cursor of another order', { after: cursorOf('events:CREATED_AT_DESC', at, 'evt1') }, 'after'],
    ['a cursor of myEvents', { after: cursorOf('myEvents', at, 'evt1') }, 'after'],
    ['a cursor without an id', { after: cursorOf('events:STARTS_AT_ASC', at) }, 'after'],
    ['a cursor with more', { after: cursorOf('events:STARTS_AT_ASC', at, 'evt1', 'x') }, 'after'],
    ['a cursor with no time', { after: cursorOf('events:STARTS_AT_ASC', 'now', 'evt1') }, 'after'],
    [
      'a cursor of the year 0',
      { after: cursorOf('events:STARTS_AT_ASC', '0000-07-01T18:00:00.000Z', 'evt1') },
      'after',
    ],
    [
      'a cursor of the year 10000',
      { after: cursorOf('events:STARTS_AT_ASC', '+010000-07-01T18:00:00.000Z', 'evt1') },
      'after',
    ],
    ['a cursor with a NUL', { after: cursorOf('events:STARTS_AT_ASC', at, 'evt\u0000') }, 'after'],
    ['an empty search', { filter: { search: '' } }, 'filter.search'],
    ['a search of blanks', { filter: { search: '  ' } }, 'filter.search'],
    ['a search of 101 characters', { filter: { search: 'x'.repeat(101) } }, 'filter.search'],
    ['a search with a NUL', { filter: { search: 'a\u0000' } }, 'filter.search'],
    ['a search with a bidirectional override', { filter: { search: 'a\u202E' } }, 'filter.search'],
    ['an empty city', { filter: { city: '' } }, 'filter.city'],
    ['a city of 201 characters', { filter: { city: 'x'.repeat(201) } }, 'filter.city'],
    ['a city with a NUL', { filter: { city: 'a\u0000' } }, 'filter.city'],
    ['an end before the start', { filter: { from: day(12).startsAt, to: day(11).startsAt } }, 'filter.to'],
  ] as typeof refusals)('%s', async (_what, variables, field) => {
    expect(await system.refusal('events', variables)).toMatchObject({ code: 'BAD_USER_INPUT', field });
  });

  test('times without an offset and days that there are not', async () => {
    for (const from of ['2026-07-01T18:00:00', '2026-02-30T18:00:00Z', '']) {
      expect(await system.outcome('events', { filter: { from } })).toBe('BAD_USER_INPUT');
    }
  });
});

describe('my events refuse', () => {
  test.each([
    ...refusals,
    ['a cursor of events', { after: cursorOf('events:CREATED_AT_DESC', at, 'evt1') }, 'after'],
  ] as typeof refusals)('%s', async (_what, variables, field) => {
    expect(await system.refusal('myEvents', variables)).toMatchObject({ code: 'BAD_USER_INPUT', field });
  });
});

test('a cursor read in one order is refused in each other one', async () => {
  const orders = ['STARTS_AT_ASC', 'STARTS_AT_DESC', 'CREATED_AT_DESC'];
  for (const orderBy of orders) {
    const { pageInfo } = await system.ask('events', { orderBy, first: 1 });
    for (const other of orders) {
      expect(await system.outcome('events', { orderBy: other, after: pageInfo.endCursor })).toBe(
        other === orderBy ? 'done' : 'BAD_USER_INPUT',
      );
    }
  }
});
