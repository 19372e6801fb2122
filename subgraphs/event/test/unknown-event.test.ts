import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import { EventSystem } from './event-system.ts';

let system: EventSystem;
const known = newId();
beforeAll(async () => {
  system = await EventSystem.start();
  await system.create({ id: known });
});
afterAll(async () => {
  await system.stop();
});

const unknownIds: readonly (readonly [what: string, id: () => string])[] = [
  ['nobody has', () => newId()],
  ['is a user’s', () => system.admin.id],
  ['is an event’s in upper case', () => known.toUpperCase()],
  ['is an event’s with blanks', () => ` ${known} `],
  ['is empty', () => ''],
  ['has a NUL', () => 'evt1\u0000'],
  ['has half a character', () => 'evt\uD800'],
  ['is a pattern', () => '%'],
  ['has 10,000 characters', () => 'x'.repeat(10_000)],
];

describe.each(unknownIds)('an id that %s', (_what, id) => {
  test.each(['event', 'publishEvent', 'cancelEvent', 'deleteEvent', 'withdrawProposal'] as const)(
    'is NOT_FOUND to %s',
    async (operation) => {
      expect(await system.outcome(operation, { id: id() })).toBe('NOT_FOUND');
    },
  );

  test.each(['updateEvent', 'updateProposal'] as const)('is NOT_FOUND to %s', async (operation) => {
    expect(await system.outcome(operation, { id: id(), input: { name: 'New' } })).toBe('NOT_FOUND');
    expect(await system.outcome(operation, { id: id(), input: {} })).toBe('NOT_FOUND');
  });

  test('is null as an entity, beside one that is there', async () => {
    const representations = [
      { __typename: 'Event', id: id() },
      { __typename: 'EventSummary', eventId: id() },
      { __typename: 'Event', id: known },
    ];
    expect(await system.ask('entities', { representations })).toEqual([
      null,
      null,
      { __typename: 'Event', id: known, name: 'An evening' },
    ]);
  });
});
