import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { userViewer } from '@tixgo/platform/testing/ask.ts';
import { statementsDuring } from '@tixgo/platform/testing/statement-counter.ts';
import { anonymous, type Role, roles } from '@tixgo/platform/viewer.ts';
import { AttendanceSystem, committee, scanner } from './attendance-system.ts';

let system: AttendanceSystem;
beforeAll(async () => {
  system = await AttendanceSystem.start();
});
afterAll(() => system.close());

const ask = async (
  eventId: string,
  selection: string,
  variables: Record<string, unknown> = {},
  declared = '',
) =>
  (
    await system.client.data(
      `query ($eventId: ID!${declared}) { attendance(eventId: $eventId) { ${selection} } }`,
      { eventId, ...variables },
      committee,
    )
  ).attendance;

const recordIds = async (eventId: string, filter: Record<string, unknown>) => {
  const selection = 'records(filter: $filter) { totalCount edges { node { ticketId } } }';
  const { records } = await ask(eventId, selection, { filter }, ', $filter: CheckInFilter');
  const tickets = records.edges.map((edge: { node: { ticketId: string } }) => edge.node.ticketId);
  expect(records.totalCount).toBe(tickets.length);
  return tickets;
};

describe('records', () => {
  test('come newest first, page by page, each once', async () => {
    const eventId = await system.event();
    const tickets = Array.from({ length: 7 }, (_, index) => `T${index}`);
    for (const ticketId of tickets) await system.scan({ eventId, ticketId });
    const selection =
      'records(first: 3, after: $after) { totalCount edges { node { ticketId } } pageInfo { hasNextPage endCursor } }';
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const { records } = await ask(eventId, selection, { after }, ', $after: String');
      expect(records.totalCount).toBe(7);
      seen.push(...records.edges.map((edge: { node: { ticketId: string } }) => edge.node.ticketId));
      after = records.pageInfo.hasNextPage ? records.pageInfo.endCursor : null;
    } while (after !== null);
    expect(seen).toEqual(tickets.reverse());
  });

  test('are found by gate, direction, scanner and part of the ticket id', async () => {
    const eventId = await system.event({ entryPolicy: 'REENTRY_AFTER_EXIT' });
    await system.scan({ eventId, ticketId: 'VIP-100%', gate: 'North' });
    await system.scan({ eventId, ticketId: 'std_8', gate: 'North 2' });
    await system.scan({ eventId, ticketId: 'std_7', gate: 'South' }, committee);
    await system.scan({ eventId, ticketId: 'std_7', gate: 'North', direction: 'EXIT' });
    expect(await recordIds(eventId, { gate: 'South' })).toEqual(['std_7']);
    expect(await recordIds(eventId, { direction: 'EXIT' })).toEqual(['std_7']);
    expect(await recordIds(eventId, { checkedInBy: committee.id })).toEqual(['std_7']);
    expect(await recordIds(eventId, { search: 'vip' })).toEqual(['VIP-100%']);
    expect(await recordIds(eventId, { search: '%' })).toEqual(['VIP-100%']);
    expect(await recordIds(eventId, { search: '_' })).toEqual(['std_7', 'std_7', 'std_8']);
    expect(await recordIds(eventId, { gate: 'North', direction: 'ENTRY', search: 'std' })).toEqual([]);
    expect(await recordIds(eventId, { gate: 'North' })).toEqual(['std_7', 'VIP-100%']);
    expect(await recordIds(eventId, {})).toHaveLength(4);
  });

  test('are check-ins alone, undone ones included: no refusal takes their place on a page', async () => {
    const eventId = await system.event();
    await system.scan({ eventId, ticketId: 'T', gate: 'North' });
    const { id } = await system.scan({ eventId, ticketId: 'U', gate: 'North' });
    for (const ticketId of ['T', 'U']) await system.scan({ eventId, ticketId, gate: 'North' });
    await system.undo(id);
    const filters = [{}, { gate: 'North' }];
    for (const filter of filters) {
      const selection =
        'records(first: 1, filter: $filter) { totalCount edges { node { ticketId } } pageInfo { hasNextPage } } refusals { edges { node { ticketId } } }';
      expect(await ask(eventId, selection, { filter }, ', $filter: CheckInFilter')).toEqual({
        records: { totalCount: 2, edges: [{ node: { ticketId: 'U' } }], pageInfo: { hasNextPage: true } },
        refusals: { edges: [{ node: { ticketId: 'U' } }, { node: { ticketId: 'T' } }] },
      });
    }
  });

  test('are counted without a look at the log where nothing is filtered', async () => {
    const eventId = await system.event();
    for (const ticketId of ['T', 'U']) await system.scan({ eventId, ticketId });
    const statements = await statementsDuring(system.database, async () => {
      expect(await ask(eventId, 'records(filter: { gate: null }) { totalCount }')).toEqual({
        records: { totalCount: 2 },
      });
    });
    expect(statements.filter((statement) => /count\(/.test(statement))).toEqual([]);
  });

  test.each([
    ['first: -1', 'first'],
    ['first: 10000', 'first'],
    ['after: "bm9uc2Vuc2U"', 'after'],
    ['filter: { checkedInBy: "evt1" }', 'filter.checkedInBy'],
    ['filter: { search: "\\u0007" }', 'filter.search'],
    [`filter: { search: "${'x'.repeat(101)}" }`, 'filter.search'],
    ['filter: { gate: "\\u0007" }', 'filter.gate'],
    [`filter: { gate: "${'x'.repeat(65)}" }`, 'filter.gate'],
  ])('refuse %s', async (argument, field) => {
    const query = `{ attendance(eventId: "${await system.event()}") { records(${argument}) { totalCount } } }`;
    expect(await system.client.refusal(query, {}, committee)).toMatchObject({
      code: 'BAD_USER_INPUT',
      field,
    });
  });

  test('refuse a cursor of another event, or of the refusals', async () => {
    const [one, other] = [await system.event(), await system.event()];
    for (const ticketId of ['T', 'T']) await system.scan({ eventId: one, ticketId });
    const { records, refusals } = await ask(
      one,
      'records { pageInfo { endCursor } } refusals { pageInfo { endCursor } }',
    );
    for (const [eventId, after] of [
      [other, records.pageInfo.endCursor],
      [one, refusals.pageInfo.endCursor],
    ]) {
      const query =
        'query ($eventId: ID!, $after: String) { attendance(eventId: $eventId) { records(after: $after) { totalCount } } }';
      expect(await system.client.refusal(query, { eventId, after }, committee)).toMatchObject({
        code: 'BAD_USER_INPUT',
        field: 'after',
      });
    }
  });
});

test('records refuse a cursor that names no scan', async () => {
  const eventId = await system.event();
  for (const key of [['evt1'], [], [scanner.id, scanner.id]]) {
    const after = Buffer.from(JSON.stringify([`records:${eventId}`, ...key])).toString('base64url');
    const query = `{ attendance(eventId: "${eventId}") { records(after: "${after}") { totalCount } } }`;
    expect(await system.client.refusal(query, {}, committee)).toMatchObject({ field: 'after' });
  }
});

describe('refusals', () => {
  const selection =
    'refusals(first: $first, after: $after) { edges { node { ticketId } } pageInfo { hasNextPage endCursor } }';

  test('come newest first, page by page, each once', async () => {
    const eventId = await system.event();
    const tickets = Array.from({ length: 5 }, (_, index) => `T${index}`);
    for (const ticketId of tickets) await system.scan({ eventId, ticketId, direction: 'EXIT' });
    const pages: string[][] = [];
    let after: string | null = null;
    do {
      const { refusals } = await ask(
        eventId,
        selection,
        { first: 2, after },
        ', $first: Int, $after: String',
      );
      pages.push(refusals.edges.map((edge: { node: { ticketId: string } }) => edge.node.ticketId));
      after = refusals.pageInfo.hasNextPage ? refusals.pageInfo.endCursor : null;
    } while (after !== null);
    expect(pages).toEqual([['T4', 'T3'], ['T2', 'T1'], ['T0']]);
  });

  test('refuse a cursor of another event', async () => {
    const [one, other] = [await system.event(), await system.event()];
    await system.scan({ eventId: one, ticketId: 'T', direction: 'EXIT' });
    const { refusals } = await ask(one, 'refusals { pageInfo { endCursor } }');
    const query =
      'query ($eventId: ID!, $after: String) { attendance(eventId: $eventId) { refusals(after: $after) { edges { cursor } } } }';
    const variables = { eventId: other, after: refusals.pageInfo.endCursor };
    expect(await system.client.refusal(query, variables, committee)).toMatchObject({ field: 'after' });
  });
});

describe('gates', () => {
  test('are counted by name: where a ticket first came in, and where it last did', async () => {
    const eventId = await system.event({ entryPolicy: 'REENTRY_AFTER_EXIT' });
    const way = [
      { ticketId: 'T', gate: 'South' },
      { ticketId: 'T', direction: 'EXIT', gate: 'West' },
      { ticketId: 'T', gate: 'North' },
      { ticketId: 'U', gate: 'North' },
      { ticketId: 'U', direction: 'EXIT' },
      { ticketId: 'V' },
    ];
    for (const step of way) await system.scan({ eventId, ...step });
    expect(await ask(eventId, 'totalCheckedIn inside gates { gate checkedIn inside }')).toEqual({
      totalCheckedIn: 3,
      inside: 2,
      gates: [
        { gate: 'North', checkedIn: 1, inside: 1 },
        { gate: 'South', checkedIn: 1, inside: 0 },
      ],
    });
  });
});

test('refusals say who was refused where, why and by whom', async () => {
  const eventId = await system.event();
  await system.scan({ eventId, ticketId: 'T', gate: 'North' });
  await system.scan({ eventId, ticketId: 'T', gate: 'South' }, committee);
  await system.scan({ eventId, ticketId: 'U', direction: 'EXIT' });
  const { refusals } = await ask(
    eventId,
    'refusals { edges { node { ticketId reason gate by { username } } } }',
  );
  expect(refusals.edges.map((edge: { node: unknown }) => edge.node)).toEqual([
    { ticketId: 'U', reason: 'RULES', gate: null, by: { username: 'dora' } },
    { ticketId: 'T', reason: 'ALREADY_REDEEMED', gate: 'South', by: { username: 'conrad' } },
  ]);
});

describe('the timeline', () => {
  test('counts entries and exits in stretches of the event’s zone', async () => {
    const own = await AttendanceSystem.start();
    try {
      // Kathmandu is 5:45 ahead: its hours and days begin at odd minutes of UTC.
      const eventId = await own.event({ entryPolicy: 'UNLIMITED', timezone: 'Asia/Kathmandu' });
      const moments = [
        '2026-07-01T10:14:10Z',
        '2026-07-01T10:14:50Z',
        '2026-07-01T10:15:00Z',
        '2026-07-01T18:20:00Z',
      ];
      for (const [index, time] of moments.entries()) {
        own.at(time);
        await own.scan({ eventId, ticketId: `T${index}` });
      }
      await own.scan({ eventId, ticketId: 'T0', direction: 'EXIT' });
      const timeline = async (bucket: string) => {
        const query = `{ attendance(eventId: "${eventId}") { timeline(bucket: ${bucket}) { from entries exits } } }`;
        const { attendance } = await own.client.data(query, {}, committee);
        return attendance.timeline.map(({ from, entries, exits }: Record<string, unknown>) => [
          from,
          entries,
          exits,
        ]);
      };
      expect(await timeline('MINUTE')).toEqual([
        ['2026-07-01T10:14:00.000Z', 2, 0],
        ['2026-07-01T10:15:00.000Z', 1, 0],
        ['2026-07-01T18:20:00.000Z', 1, 1],
      ]);
      expect(await timeline('QUARTER_HOUR')).toEqual([
        ['2026-07-01T10:00:00.000Z', 2, 0],
        ['2026-07-01T10:15:00.000Z', 1, 0],
        ['2026-07-01T18:15:00.000Z', 1, 1],
      ]);
      expect(await timeline('HOUR')).toEqual([
        ['2026-07-01T09:15:00.000Z', 2, 0],
        ['2026-07-01T10:15:00.000Z', 1, 0],
        ['2026-07-01T18:15:00.000Z', 1, 1],
      ]);
      expect(await timeline('DAY')).toEqual([
        ['2026-06-30T18:15:00.000Z', 3, 0],
        ['2026-07-01T18:15:00.000Z', 1, 1],
      ]);
    } finally {
      await own.close();
    }
  });
});

test('the timeline is in hours unless asked otherwise, oldest first, and has stretches of exits alone', async () => {
  const own = await AttendanceSystem.start();
  try {
    const eventId = await own.event({ timezone: 'UTC' });
    const send = async (time: string, direction: string, ...ticketIds: string[]) => {
      own.at(time);
      for (const ticketId of ticketIds) await own.scan({ eventId, ticketId, direction });
    };
    await send('2026-07-01T10:10:59.999Z', 'ENTRY', 'T', 'U');
    await send('2026-07-01T12:30:00Z', 'EXIT', 'T');
    await send('2026-07-01T12:30:30Z', 'EXIT', 'U');
    // A replica whose clock is behind.
    await send('2026-07-01T09:30:00Z', 'ENTRY', 'V');
    const timeline = async (field: string) => {
      const query = `{ attendance(eventId: "${eventId}") { ${field} { from entries exits } } }`;
      return (await own.client.data(query, {}, committee)).attendance.timeline;
    };
    expect(await timeline('timeline')).toEqual([
      { from: '2026-07-01T09:00:00.000Z', entries: 1, exits: 0 },
      { from: '2026-07-01T10:00:00.000Z', entries: 2, exits: 0 },
      { from: '2026-07-01T12:00:00.000Z', entries: 0, exits: 2 },
    ]);
    expect(await timeline('timeline(bucket: null)')).toEqual(await timeline('timeline'));
    expect((await timeline('timeline(bucket: MINUTE)')).at(1)).toMatchObject({
      from: '2026-07-01T10:10:00.000Z',
    });
  } finally {
    await own.close();
  }
});

describe('verifying a ticket', () => {
  test('says what the door would say, and leaves no trace', async () => {
    const eventId = await system.event();
    expect(await system.verify(eventId, { code: 'T' })).toEqual({
      admissible: true,
      reason: null,
      message: 'This ticket may enter.',
      ticketId: 'T',
      previous: null,
    });
    const { id } = await system.scan({ eventId, ticketId: 'T' });
    expect(await system.verify(eventId, { ticketId: 'T' })).toMatchObject({
      admissible: false,
      reason: 'ALREADY_REDEEMED',
      previous: { id },
    });
    expect(await ask(eventId, 'totalCheckedIn refused')).toEqual({ totalCheckedIn: 1, refused: 0 });
  });

  test('looks at this ticket and this event only, and says what the refusal would', async () => {
    const [eventId, other] = [await system.event(), await system.event()];
    const { id } = await system.scan({ eventId, ticketId: 'T', gate: 'North' });
    await system.scan({ eventId, ticketId: 'U' });
    await system.scan({ eventId: other, ticketId: 'T' });
    await system.scan({ eventId: other, ticketId: 'V' });
    expect(await system.verify(eventId, { code: 'V' })).toMatchObject({ admissible: true, previous: null });
    const { message } = await system.scan({ eventId, ticketId: 'T' });
    expect(message).toContain('North');
    expect(await system.verify(eventId, { code: 'T' })).toMatchObject({ message, previous: { id } });
  });

  test('names the check-in before also where the ticket may enter again', async () => {
    const eventId = await system.event({ entryPolicy: 'REENTRY_AFTER_EXIT' });
    const { id } = await system.scan({ eventId, ticketId: 'T' });
    await system.scan({ eventId, ticketId: 'T', direction: 'EXIT' });
    expect(await system.verify(eventId, { code: 'T' })).toMatchObject({ admissible: true, previous: { id } });
  });

  test('knows the day of the event under ONCE_PER_DAY', async () => {
    const own = await AttendanceSystem.start();
    try {
      const eventId = await own.event({ entryPolicy: 'ONCE_PER_DAY', timezone: 'Asia/Tokyo' });
      own.at('2026-07-01T14:30:00Z');
      await own.scan({ eventId, ticketId: 'T' });
      const admissibleAt = async (time: string) => {
        own.at(time);
        const query = `{ verifyTicket(eventId: "${eventId}", code: "T") { admissible } }`;
        return (await own.client.data(query, {}, scanner)).verifyTicket.admissible;
      };
      expect(await admissibleAt('2026-07-01T14:59:59Z')).toBe(false);
      expect(await admissibleAt('2026-07-01T15:00:00Z')).toBe(true);
    } finally {
      await own.close();
    }
  });

  test('says what the door says under every policy, in every state', async () => {
    for (const entryPolicy of ['ONCE', 'ONCE_PER_DAY', 'REENTRY_AFTER_EXIT', 'UNLIMITED'] as const) {
      const eventId = await system.event({ entryPolicy });
      for (const direction of ['ENTRY', 'ENTRY', 'EXIT', 'ENTRY']) {
        const { admissible } = await system.verify(eventId, { ticketId: 'T' });
        const { __typename } = await system.scan({ eventId, ticketId: 'T', direction });
        if (direction === 'ENTRY')
          expect([entryPolicy, admissible]).toEqual([entryPolicy, __typename === 'CheckIn']);
      }
    }
  });

  test('knows canceled events, TICKETED doors, drafts and bad input', async () => {
    expect(await system.verify(await system.event({ status: 'CANCELED' }), { code: 'T' })).toMatchObject({
      reason: 'CANCELED',
      ticketId: 'T',
    });
    const ticketed = await system.ticketedEvent();
    expect(await system.verify(ticketed, { code: 'T' })).toMatchObject({ reason: 'INVALID', ticketId: null });
    expect(await system.verify(ticketed, { ticketId: 'T' })).toMatchObject({
      reason: 'INVALID',
      ticketId: 'T',
    });
    const refused = async (eventId: string, input: string) =>
      await system.client.refusal(
        `{ verifyTicket(eventId: "${eventId}", ${input}) { admissible } }`,
        {},
        scanner,
      );
    expect(await refused(await system.event({ status: 'DRAFT' }), 'code: "T"')).toMatchObject({
      code: 'CONFLICT',
    });
    expect(await refused(await system.event(), 'code: "T", ticketId: "T"')).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'code',
    });
    expect(await refused('nowhere', 'code: "T"')).toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('one check-in', () => {
  const query = 'query ($id: ID!) { checkIn(id: $id) { ticketId checkedInBy { username } } }';

  test('is found by its id, and nothing else is', async () => {
    const { id } = await system.scan({ eventId: await system.event(), ticketId: 'T' });
    expect((await system.client.data(query, { id }, committee)).checkIn).toEqual({
      ticketId: 'T',
      checkedInBy: { username: 'dora' },
    });
    for (const wrong of ['evt1', '', scanner.id, 'x'.repeat(10_000)]) {
      expect(await system.client.refusal(query, { id: wrong }, committee)).toMatchObject({
        code: 'NOT_FOUND',
      });
    }
  });
});

describe('for the other subgraphs', () => {
  const entities = async (representations: unknown[], selection: string) => {
    const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ${selection} } }`;
    return (await system.client.data(query, { representations }, committee))._entities;
  };

  test('a check-in is found by its id, with the event it is of', async () => {
    const eventId = await system.event();
    const { id } = await system.scan({ eventId, ticketId: 'T' });
    const representations = [id, scanner.id, 'evt1'].map((each) => ({ __typename: 'CheckIn', id: each }));
    expect(await entities(representations, '... on CheckIn { ticketId event { id } }')).toEqual([
      { ticketId: 'T', event: { id: eventId } },
      null,
      null,
    ]);
  });

  test('the attendance of an event that nobody told of is empty', async () => {
    const selection =
      '... on Attendance { event { id } totalCheckedIn inside refused expected gates { gate } timeline { entries } records { totalCount edges { cursor } } refusals { edges { cursor } } }';
    expect(await entities([{ __typename: 'Attendance', eventId: 'untold' }], selection)).toEqual([
      {
        event: { id: 'untold' },
        totalCheckedIn: 0,
        inside: 0,
        refused: 0,
        expected: null,
        gates: [],
        timeline: [],
        records: { totalCount: 0, edges: [] },
        refusals: { edges: [] },
      },
    ]);
  });
});

describe('who may read what', () => {
  const documents: readonly (readonly [Role, string])[] = [
    ['SCANNER', '{ attendance(eventId: "x") { totalCheckedIn } }'],
    ['COMMITTEE', '{ attendance(eventId: "x") { records { totalCount } } }'],
    ['COMMITTEE', '{ attendance(eventId: "x") { refusals { pageInfo { hasNextPage } } } }'],
    ['COMMITTEE', '{ attendance(eventId: "x") { timeline { entries } } }'],
    ['COMMITTEE', '{ checkIn(id: "x") { id } }'],
    ['SCANNER', '{ verifyTicket(eventId: "x", code: "x") { admissible } }'],
    ['SCANNER', 'mutation { checkIn(input: { eventId: "x", code: "x" }) { __typename } }'],
    ['COMMITTEE', 'mutation { undoCheckIn(id: "x", reason: "x") { id } }'],
    [
      'SCANNER',
      '{ _entities(representations: [{ __typename: "Attendance", eventId: "x" }]) { ... on Attendance { inside } } }',
    ],
    [
      'SCANNER',
      '{ _entities(representations: [{ __typename: "Attendance", eventId: "x" }]) { __typename } }',
    ],
    ['SCANNER', '{ _entities(representations: [{ __typename: "CheckIn", id: "x" }]) { __typename } }'],
    [
      'COMMITTEE',
      '{ _entities(representations: [{ __typename: "Attendance", eventId: "x" }]) { ...A } } fragment A on Attendance { records { totalCount } }',
    ],
  ];
  test.each(documents)('%s and above: %s', async (least, document) => {
    for (const role of roles) {
      const { errors = [] } = await system.client.answer(document, {}, userViewer(role));
      const isRefused = errors.some(({ extensions }) => extensions?.code === 'FORBIDDEN');
      expect([role, isRefused]).toEqual([role, roles.indexOf(role) < roles.indexOf(least)]);
    }
    expect(await system.client.refusal(document, {}, anonymous)).toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

test('fifty attendances with everything cost as many statements as one', async () => {
  const eventIds = await Promise.all(Array.from({ length: 50 }, () => system.event({ gates: ['North'] })));
  for (const eventId of eventIds) {
    for (const ticketId of ['T', 'T']) await system.scan({ eventId, ticketId, gate: 'North' });
  }
  const query = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Attendance {
    totalCheckedIn inside refused expected gates { checkedIn } timeline { entries }
    records(first: 5) { totalCount edges { node { ticketId checkedInBy { username } } } }
    north: records(filter: { gate: "North" }) { totalCount edges { node { id } } }
    refusals { edges { node { reason } } } } } }`;
  const cost = async (ids: readonly string[]) => {
    const representations = ids.map((eventId) => ({ __typename: 'Attendance', eventId }));
    let entities: { records: { edges: unknown[] } }[] = [];
    const statements = await statementsDuring(system.database, async () => {
      ({ _entities: entities } = await system.client.data(query, { representations }, committee));
    });
    expect(entities.every(({ records }) => records.edges.length === 1)).toBe(true);
    expect(entities).toHaveLength(ids.length);
    return statements.length;
  };
  const one = await cost(eventIds.slice(0, 1));
  expect(await cost(eventIds)).toBe(one);
  expect(one).toBeGreaterThan(3);
});
