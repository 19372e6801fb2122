import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { userViewer } from '@tixgo/platform/testing/ask.ts';
import { EventSystem, evening } from './event-system.ts';

const owner = userViewer('USER');
const venue = { name: 'Hall', address: null, city: 'Bern', country: null, latitude: null, longitude: null };

let system: EventSystem;
beforeAll(async () => {
  system = await EventSystem.start();
});
afterAll(async () => {
  await system.stop();
});

describe('proposing an event', () => {
  test('makes a TICKETED draft with the policy ONCE that belongs to whoever proposed it', async () => {
    const details = { description: 'Please', venue, capacity: 50 };
    expect(await system.propose(owner, details)).toEqual({
      ...evening,
      ...details,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      status: 'DRAFT',
      admission: 'TICKETED',
      entryPolicy: 'ONCE',
      gates: [],
      organizer: { id: owner.id },
      createdAt: system.now.toISOString(),
      updatedAt: system.now.toISOString(),
    });
  });

  test.each<[string, Record<string, unknown>]>([
    ['an id', { id: 'mine' }],
    ['a status', { status: 'PUBLISHED' }],
    ['an admission', { admission: 'OPEN' }],
    ['a policy', { entryPolicy: 'UNLIMITED' }],
    ['gates', { gates: ['North'] }],
  ])('does not choose %s', async (_what, input) => {
    expect(await system.outcome('proposeEvent', { input: { ...evening, ...input } }, owner)).toBe(
      'BAD_USER_INPUT',
    );
  });

  test.each(['USER', 'SCANNER', 'COMMITTEE', 'ADMIN'] as const)('is open to a %s', async (role) => {
    expect(await system.propose(userViewer(role))).toMatchObject({ status: 'DRAFT' });
  });
});

describe('a proposal', () => {
  test('is edited by its owner', async () => {
    const proposal = await system.propose(owner, { capacity: 50 });
    const input = { name: 'Better', venue, capacity: null, gates: ['North'], entryPolicy: 'UNLIMITED' };
    expect(await system.ask('updateProposal', { id: proposal.id, input }, owner)).toEqual({
      ...proposal,
      ...input,
      updatedAt: expect.any(String),
    });
  });

  test('is withdrawn by its owner, once and for good', async () => {
    const { id } = await system.propose(owner);
    expect(await system.ask('withdrawProposal', { id }, owner)).toBe(true);
    expect(await system.outcome('withdrawProposal', { id }, owner)).toBe('NOT_FOUND');
    expect(await system.outcome('updateProposal', { id, input: {} }, owner)).toBe('NOT_FOUND');
    expect(await system.outcome('event', { id }, owner)).toBe('NOT_FOUND');
    expect(await system.outcome('createEvent', { input: { ...evening, id } })).toBe('CONFLICT');
  });

  test.each(['USER', 'COMMITTEE', 'ADMIN'] as const)(
    'of somebody else is NOT_FOUND to edit or withdraw for a %s, before and after it is published',
    async (role) => {
      const proposal = await system.propose(owner);
      const other = userViewer(role);
      const attempts = async () => [
        await system.outcome('updateProposal', { id: proposal.id, input: { name: 'Mine' } }, other),
        await system.outcome('withdrawProposal', { id: proposal.id }, other),
      ];
      expect(await attempts()).toEqual(['NOT_FOUND', 'NOT_FOUND']);
      expect(await system.ask('event', { id: proposal.id })).toEqual(proposal);
      const published = await system.ask('publishEvent', { id: proposal.id });
      expect(await attempts()).toEqual(['NOT_FOUND', 'NOT_FOUND']);
      expect(await system.ask('event', { id: proposal.id })).toEqual(published);
    },
  );

  test('is published by an ADMIN, stays its owner’s, and is CONFLICT to edit or withdraw from then on', async () => {
    const proposal = await system.propose(owner);
    const published = await system.ask('publishEvent', { id: proposal.id });
    expect(published).toMatchObject({ status: 'PUBLISHED', organizer: { id: owner.id } });
    const attempts = async () => [
      await system.outcome('updateProposal', { id: proposal.id, input: { name: 'Late' } }, owner),
      await system.outcome('withdrawProposal', { id: proposal.id }, owner),
    ];
    expect(await attempts()).toEqual(['CONFLICT', 'CONFLICT']);
    expect(await system.ask('event', { id: proposal.id })).toEqual(published);
    await system.ask('cancelEvent', { id: proposal.id });
    expect(await attempts()).toEqual(['CONFLICT', 'CONFLICT']);
  });

  test('is an ADMIN’s to change, publish and delete like any draft', async () => {
    const { id } = await system.propose(owner);
    expect(await system.ask('updateEvent', { id, input: { name: 'Edited' } })).toMatchObject({
      name: 'Edited',
    });
    expect(await system.ask('deleteEvent', { id })).toBe(true);
    expect(await system.outcome('event', { id }, owner)).toBe('NOT_FOUND');
  });
});

describe('my events', () => {
  test('are those that I created or proposed, whatever their status, newest first', async () => {
    const me = userViewer('ADMIN');
    const mine: string[] = [];
    for (const status of ['PUBLISHED', 'DRAFT']) {
      mine.unshift((await system.create({ status }, me)).id);
      system.pass(1);
    }
    mine.unshift((await system.propose(me)).id);
    await system.propose(owner);
    await system.ask('cancelEvent', { id: mine[2] });
    expect(await system.listed('myEvents', {}, me)).toEqual(mine);
    expect(await system.listed('myEvents', {}, userViewer('USER'))).toEqual([]);
  });
});
