import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { userViewer } from '@tixgo/platform/testing/ask.ts';
import { statementsDuring } from '@tixgo/platform/testing/statement-counter.ts';
import { anonymous, type Viewer } from '@tixgo/platform/viewer.ts';
import { EventSystem } from './event-system.ts';

const owner = userViewer('COMMITTEE');
let system: EventSystem;
beforeAll(async () => {
  system = await EventSystem.start();
  await system.create({ id: 'public' });
  await system.canceled({ id: 'called-off' });
  await system.draft({ id: 'secret' });
  proposal = (await system.propose(owner)).id;
});
afterAll(async () => {
  await system.stop();
});

let proposal: string;
const service: Viewer = { kind: 'service', name: 'attendance' };
const onlookers: readonly (readonly [
  who: string,
  viewer: Viewer,
  seesProposal: boolean,
  seesDraft: boolean,
])[] = [
  ['a stranger', anonymous, false, false],
  ['another USER', userViewer('USER'), false, false],
  ['another member of the COMMITTEE', userViewer('COMMITTEE'), false, false],
  ['the one who proposed it', owner, true, false],
  ['an ADMIN', userViewer('ADMIN'), true, true],
  ['another service', service, true, true],
];

describe.each(onlookers)('drafts, to %s,', (_who, viewer, seesProposal, seesDraft) => {
  const seen = () => [...(seesDraft ? ['secret'] : []), ...(seesProposal ? [proposal] : [])].sort();
  const all = () => ['called-off', 'public', 'secret', proposal];

  test('are found one by one or NOT_FOUND', async () => {
    const found: string[] = [];
    for (const id of all()) if ((await system.outcome('event', { id }, viewer)) === 'done') found.push(id);
    expect(found.sort()).toEqual(['called-off', 'public', ...seen()].sort());
    if (!seesDraft) expect(await system.outcome('event', { id: 'secret' }, viewer)).toBe('NOT_FOUND');
  });

  test('are listed or left out', async () => {
    expect((await system.listed('events', {}, viewer)).sort()).toEqual(
      ['called-off', 'public', ...seen()].sort(),
    );
    const listed = async (status: string) =>
      (await system.listed('events', { filter: { status } }, viewer)).sort();
    expect(await listed('DRAFT')).toEqual(seen());
    expect(await listed('PUBLISHED')).toEqual(['public']);
    expect(await listed('CANCELED')).toEqual(['called-off']);
  });

  test('are entities or null', async () => {
    const representations = all().map((id) => ({ __typename: 'Event', id }));
    const entities = await system.ask('entities', { representations }, viewer);
    const expected = ['called-off', 'public', ...seen()];
    expect(entities.map((entity: { id: string } | null) => entity?.id ?? null)).toEqual(
      all().map((id) => (expected.includes(id) ? id : null)),
    );
  });
});

describe('the summary of an event', () => {
  const entities = `query($r: [_Any!]!) {
    _entities(representations: $r) { ... on EventSummary { eventId event { name } attendance { eventId } } }
  }`;
  const summaryOf = async (eventId: string, viewer: Viewer) => {
    const variables = { r: [{ __typename: 'EventSummary', eventId }] };
    return (await system.client.data(entities, variables, viewer))._entities[0];
  };

  test('leads to the event and to its attendance', async () => {
    const expected = { eventId: 'public', event: { name: 'An evening' }, attendance: { eventId: 'public' } };
    expect(await summaryOf('public', userViewer('COMMITTEE'))).toEqual(expected);
    const query =
      'query($id: ID!) { event(id: $id) { summary { eventId event { name } attendance { eventId } } } }';
    expect(await system.client.data(query, { id: 'public' }, userViewer('COMMITTEE'))).toEqual({
      event: { summary: expected },
    });
  });

  test('shows the event as each change of one document left it', async () => {
    const query = `mutation($id: ID!) {
      first: updateEvent(id: $id, input: { name: "One" }) { summary { event { name } } }
      second: updateEvent(id: $id, input: { name: "Two" }) { summary { event { name } } }
    }`;
    const { id } = await system.create();
    expect(await system.client.data(query, { id }, system.admin)).toEqual({
      first: { summary: { event: { name: 'One' } } },
      second: { summary: { event: { name: 'Two' } } },
    });
    await system.ask('deleteEvent', { id });
  });

  test('of a draft is there for its owner, ADMINs and services only', async () => {
    expect(await summaryOf(proposal, userViewer('COMMITTEE'))).toBeNull();
    for (const viewer of [owner, userViewer('ADMIN'), service]) {
      expect(await summaryOf(proposal, viewer)).toMatchObject({ eventId: proposal });
    }
    expect(await summaryOf('secret', owner)).toBeNull();
  });
});

describe('50 events', () => {
  const ids = Array.from({ length: 50 }, (_, index) => `batch-${index}`);
  beforeAll(async () => {
    await Promise.all(ids.map((id) => system.create({ id })));
  });

  const statementsOf = (work: () => Promise<unknown>) => statementsDuring(system.database, work);

  test('that others refer to cost one statement, their summaries included', async () => {
    const query = `query($r: [_Any!]!) {
      _entities(representations: $r) {
        ... on Event { id name organizer { id } summary { event { name } attendance { eventId } } }
        ... on EventSummary { eventId event { id } }
      }
    }`;
    const representations = ids.flatMap((id) => [
      { __typename: 'Event', id },
      { __typename: 'EventSummary', eventId: id },
    ]);
    let answer: { _entities: unknown[] } | undefined;
    const statements = await statementsOf(async () => {
      answer = await system.client.data(query, { r: representations }, system.admin);
    });
    expect(answer?._entities).toHaveLength(100);
    expect(answer?._entities.slice(-2)).toEqual([
      {
        id: 'batch-49',
        name: 'An evening',
        organizer: { id: system.admin.id },
        summary: { event: { name: 'An evening' }, attendance: { eventId: 'batch-49' } },
      },
      { eventId: 'batch-49', event: { id: 'batch-49' } },
    ]);
    expect(statements).toHaveLength(1);
  });

  test('in a list cost one statement, their summaries included', async () => {
    const query = '{ events(first: 50) { edges { node { id summary { event { name } } } } } }';
    let answer: { events: { edges: unknown[] } } | undefined;
    const statements = await statementsOf(async () => {
      answer = await system.client.data(query, {}, system.admin);
    });
    expect(answer?.events.edges).toHaveLength(50);
    expect(statements).toHaveLength(1);
  });
});
