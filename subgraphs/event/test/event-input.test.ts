import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { userViewer } from '@tixgo/platform/testing/ask.ts';
import { EventSystem, evening } from './event-system.ts';

let system: EventSystem;
const owner = userViewer('USER');
beforeAll(async () => {
  system = await EventSystem.start();
});
afterAll(async () => {
  await system.stop();
});

type Input = Record<string, unknown>;

/** The four doors by which an organizer's words come in. */
const ways: Readonly<Record<string, (input: Input) => Promise<unknown>>> = {
  createEvent: (input) => system.refusal('createEvent', { input: { ...evening, ...input } }),
  proposeEvent: (input) => system.refusal('proposeEvent', { input: { ...evening, ...input } }, owner),
  updateEvent: async (input) => system.refusal('updateEvent', { id: (await system.create()).id, input }),
  updateProposal: async (input) =>
    system.refusal('updateProposal', { id: (await system.propose(owner)).id, input }, owner),
};
const waysWithGates = Object.entries(ways).filter(([name]) => name !== 'proposeEvent');

const hall = (venue: Input) => ({ venue: { name: 'Hall', ...venue } });
const spoofed = 'abc\u202Egnp.exe';

/** What is refused, and under which field's name. */
const refusals: readonly (readonly [what: string, field: string, input: Input])[] = [
  ['an empty name', 'name', { name: '' }],
  ['a name of blanks', 'name', { name: ' \t ' }],
  ['a name of 201 characters', 'name', { name: 'x'.repeat(201) }],
  ['a name in two lines', 'name', { name: 'one\ntwo' }],
  ['a name with a NUL', 'name', { name: 'a\u0000b' }],
  ['a name with a bidirectional override', 'name', { name: spoofed }],
  ['a name with an isolate', 'name', { name: 'abc\u2066def' }],
  ['a name with half a character', 'name', { name: 'abc\uD800' }],
  ['no name', 'name', { name: null }],
  ['a description of 10,001 characters', 'description', { description: 'x'.repeat(10_001) }],
  ['a description with an escape sequence', 'description', { description: 'a\u001B[31m' }],
  ['a description with a bidirectional override', 'description', { description: spoofed }],
  ['a venue with an empty name', 'venue.name', hall({ name: '' })],
  ['a venue without a name', 'venue.name', hall({ name: null })],
  ['a venue with a name of 201 characters', 'venue.name', hall({ name: 'x'.repeat(201) })],
  ['a venue with a bidirectional override', 'venue.name', hall({ name: spoofed })],
  ['an address of 201 characters', 'venue.address', hall({ address: 'x'.repeat(201) })],
  ['an address with a control character', 'venue.address', hall({ address: 'a\u0007' })],
  ['a city of 201 characters', 'venue.city', hall({ city: 'x'.repeat(201) })],
  ['a city with a bidirectional override', 'venue.city', hall({ city: spoofed })],
  ['a country of 201 characters', 'venue.country', hall({ country: 'x'.repeat(201) })],
  ['a country in two lines', 'venue.country', hall({ country: 'a\nb' })],
  ['a latitude alone', 'venue.longitude', hall({ latitude: 1 })],
  ['a longitude alone', 'venue.latitude', hall({ longitude: 1 })],
  ['a latitude and no longitude', 'venue.longitude', hall({ latitude: 0, longitude: null })],
  ['a latitude beyond the pole', 'venue.latitude', hall({ latitude: 90.0001, longitude: 0 })],
  ['a latitude beyond the other pole', 'venue.latitude', hall({ latitude: -90.0001, longitude: 0 })],
  ['a longitude beyond 180', 'venue.longitude', hall({ latitude: 0, longitude: 180.0001 })],
  ['a longitude beyond -180', 'venue.longitude', hall({ latitude: 0, longitude: -180.0001 })],
  ['a capacity of nobody', 'capacity', { capacity: 0 }],
  ['a negative capacity', 'capacity', { capacity: -1 }],
  ['a capacity over ten million', 'capacity', { capacity: 10_000_001 }],
  ['a capacity beyond 32 bits', 'capacity', { capacity: 2 ** 31 }],
  ['a capacity of half a person', 'capacity', { capacity: 1.5 }],
  ['an end before the start', 'endsAt', { startsAt: evening.endsAt, endsAt: evening.startsAt }],
  ['an end at the start', 'endsAt', { startsAt: evening.startsAt, endsAt: evening.startsAt }],
  ['an end at the same moment elsewhere', 'endsAt', { endsAt: '2026-07-01T20:00:00+02:00' }],
  ['30 February', 'startsAt', { startsAt: '2026-02-30T18:00:00Z' }],
  ['29 February of a common year', 'endsAt', { endsAt: '2027-02-29T18:00:00Z' }],
  ['month 13', 'startsAt', { startsAt: '2026-13-01T18:00:00Z' }],
  ['hour 25', 'startsAt', { startsAt: '2026-07-01T25:00:00Z' }],
  ['a time without an offset', 'startsAt', { startsAt: '2026-07-01T18:00:00' }],
  ['a day without a time', 'startsAt', { startsAt: '2026-07-01' }],
  ['a time in words', 'endsAt', { endsAt: 'tomorrow' }],
  ['a time as a number', 'startsAt', { startsAt: 1_782_928_800_000 }],
  ['no start', 'startsAt', { startsAt: null }],
  ['no end', 'endsAt', { endsAt: null }],
  ['no zone', 'timezone', { timezone: null }],
];

/** PostgreSQL takes some of these, and reads the offsets with the sign turned round. */
const nonsenseZones = [
  '',
  ' ',
  'Mars/Olympus',
  'Europe/Berlin/Mitte',
  '+01:00',
  '-0300',
  'UTC+1',
  'GMT+1',
  '<+01>-1',
  'CET-1CEST',
  "Europe/Berlin'; --",
  'Europe/Berlin\u0000',
  '../../etc/passwd',
  'x'.repeat(10_000),
];

describe.each(Object.entries(ways))('%s refuses', (_name, send) => {
  test.each(refusals)('%s, naming %s', async (_what, field, input) => {
    expect(await send(input)).toMatchObject({ code: 'BAD_USER_INPUT', field });
  });

  test.each(nonsenseZones)('the zone %.20j', async (timezone) => {
    expect(await send({ timezone })).toMatchObject({ code: 'BAD_USER_INPUT', field: 'timezone' });
  });
});

describe.each(waysWithGates)('%s refuses', (_name, send) => {
  const numbered = (count: number) => Array.from({ length: count }, (_, index) => `Gate ${index}`);

  test.each<[string, unknown]>([
    ['51 gates', numbered(51)],
    ['a gate twice', ['North', 'South', 'North']],
    ['a gate twice but for blanks', ['North', ' North ']],
    ['a gate twice in two Unicode forms', ['Caf\u00E9', 'Cafe\u0301']],
    ['a gate without a name', ['North', '']],
    ['a gate of 65 characters', ['x'.repeat(65)]],
    ['a gate with a control character', ['North\u0007']],
    ['a gate with a bidirectional override', [spoofed]],
  ])('%s', async (_what, gates) => {
    expect(await send({ gates })).toMatchObject({ code: 'BAD_USER_INPUT', field: 'gates' });
  });

  test('a policy that there is not', async () => {
    expect(await send({ entryPolicy: 'TWICE' })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'entryPolicy',
    });
  });
});

describe('at the bounds all is well:', () => {
  const fiftyGates = Array.from({ length: 50 }, (_, index) => `${index}`.padStart(64, 'g'));

  test.each<[string, Input]>([
    ['a name of one character', { name: 'x' }],
    ['a name of 200 characters outside the basic plane', { name: '𝒳'.repeat(200) }],
    ['a description of 10,000 characters', { description: 'x'.repeat(10_000) }],
    ['a capacity of one', { capacity: 1 }],
    ['a capacity of ten million', { capacity: 10_000_000 }],
    ['50 gates of 64 characters', { gates: fiftyGates }],
    ['gates that differ by case', { gates: ['a', 'A'] }],
    ['an evening of a millisecond', { endsAt: '2026-07-01T18:00:00.001Z' }],
    [
      '29 February of a leap year',
      { startsAt: '2028-02-29T00:00:00.000Z', endsAt: '2028-03-01T00:00:00.000Z' },
    ],
    ['the zone UTC', { timezone: 'UTC' }],
    ['a zone of three parts', { timezone: 'America/Argentina/Buenos_Aires' }],
    ['a zone with an offset in its name', { timezone: 'Etc/GMT+5' }],
    ['a zone of one part with an offset in its name', { timezone: 'GMT+0' }],
  ])('%s', async (_what, input) => {
    expect(await system.create(input)).toMatchObject(input);
    const { id } = await system.create();
    expect(await system.ask('updateEvent', { id, input })).toMatchObject(input);
  });

  test.each([
    [90, 180],
    [-90, -180],
    [0, 0],
  ])('a venue at %d, %d with texts of 200 characters', async (latitude, longitude) => {
    const text = 'x'.repeat(200);
    const venue = { name: text, address: text, city: text, country: text, latitude, longitude };
    expect(await system.create({ venue })).toMatchObject({ venue });
  });

  test('an empty description is none, and so are empty parts of a venue', async () => {
    const venue = { name: 'Hall', address: '', city: ' ', country: '' };
    expect(await system.create({ description: ' ', venue })).toMatchObject({
      description: null,
      venue: { name: 'Hall', address: null, city: null, country: null, latitude: null, longitude: null },
    });
  });

  test('a description in several lines keeps them', async () => {
    expect(await system.create({ description: 'one\r\n\r\n\ttwo' })).toMatchObject({
      description: 'one\n\n\ttwo',
    });
  });
});
