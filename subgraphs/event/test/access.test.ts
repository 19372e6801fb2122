import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Access, refusalsAt, refusalsBelow, rootFieldsOf } from '@tixgo/platform/testing/access.ts';
import { userViewer } from '@tixgo/platform/testing/ask.ts';
import { anonymous } from '@tixgo/platform/viewer.ts';
import { EventSystem } from './event-system.ts';

const details = 'name: "", startsAt: "2026-07-01T18:00:00Z", endsAt: "2026-07-01T22:00:00Z", timezone: ""';

/** Every root field with the least role it takes; null: open to everyone. */
const leastRoles: Readonly<Record<string, Access>> = {
  'Query.event': { operation: '{ event(id: "none") { id } }', role: null },
  'Query.events': { operation: '{ events { edges { cursor } } }', role: null },
  'Query.myEvents': { operation: '{ myEvents { edges { cursor } } }', role: 'USER' },
  'Mutation.createEvent': {
    operation: `mutation { createEvent(input: { ${details} }) { id } }`,
    role: 'ADMIN',
  },
  'Mutation.updateEvent': {
    operation: 'mutation { updateEvent(id: "none", input: {}) { id } }',
    role: 'ADMIN',
  },
  'Mutation.deleteEvent': { operation: 'mutation { deleteEvent(id: "none") }', role: 'ADMIN' },
  'Mutation.publishEvent': { operation: 'mutation { publishEvent(id: "none") { id } }', role: 'ADMIN' },
  'Mutation.cancelEvent': { operation: 'mutation { cancelEvent(id: "none") { id } }', role: 'ADMIN' },
  'Mutation.proposeEvent': {
    operation: `mutation { proposeEvent(input: { ${details} }) { id } }`,
    role: 'USER',
  },
  'Mutation.updateProposal': {
    operation: 'mutation { updateProposal(id: "none", input: {}) { id } }',
    role: 'USER',
  },
  'Mutation.withdrawProposal': { operation: 'mutation { withdrawProposal(id: "none") }', role: 'USER' },
};

/** What a role on a type keeps closed, beside the root fields. */
const closedTypes: Readonly<Record<string, Access>> = {
  EventSummary: { operation: '{ event(id: "open") { summary { eventId } } }', role: 'COMMITTEE' },
};

let system: EventSystem;
beforeAll(async () => {
  system = await EventSystem.start();
  await system.create({ id: 'open' });
});
afterAll(async () => {
  await system.stop();
});

test('the table names every root field', () => {
  expect(rootFieldsOf(system.subgraph.schema)).toEqual(Object.keys(leastRoles).sort());
});

test.each(Object.entries({ ...leastRoles, ...closedTypes }))(
  '%s is refused to those below its role and to no one else',
  async (coordinate, { operation, role }) => {
    expect(await refusalsAt(system.client, coordinate, operation)).toEqual(refusalsBelow(role));
  },
);

describe('what is refused by role', () => {
  test.each(['USER', 'SCANNER', 'COMMITTEE'] as const)('changes nothing for a %s', async (role) => {
    const before = await system.ask('event', { id: 'open' });
    const viewer = userViewer(role);
    for (const [operation, variables] of [
      ['updateEvent', { id: 'open', input: { name: 'Mine' } }],
      ['cancelEvent', { id: 'open' }],
      ['deleteEvent', { id: 'open' }],
    ] as const) {
      expect(await system.outcome(operation, variables, viewer)).toBe('FORBIDDEN');
    }
    expect(await system.ask('event', { id: 'open' })).toEqual(before);
  });

  test.each([
    ['a stranger', anonymous, 'UNAUTHENTICATED'],
    ['a USER', userViewer('USER'), 'FORBIDDEN'],
    ['a SCANNER', userViewer('SCANNER'), 'FORBIDDEN'],
  ])('stays closed to %s who reaches a summary by reference', async (_who, viewer, code) => {
    const query = 'query($r: [_Any!]!) { _entities(representations: $r) { __typename } }';
    const variables = { r: [{ __typename: 'EventSummary', eventId: 'open' }] };
    expect(await system.client.refusal(query, variables, viewer)).toMatchObject({ code });
  });
});
