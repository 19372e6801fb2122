import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import { allStatementsDuring } from '@tixgo/platform/testing/statement-counter.ts';
import { AccessTokens } from '@tixgo/platform/tokens.ts';
import { roles } from '@tixgo/platform/viewer.ts';
import { createOpenEvent, scanTicket, startHostOn, startTestHost, type TestHost } from './host-client.ts';

const secret = 'j'.repeat(40);
const other = 'k'.repeat(40);
let system: TestHost;
beforeAll(async () => {
  system = await startTestHost({ JWT_SECRET: secret });
});
afterAll(() => system.close());

const event = async (id: string) => {
  const { data } = await system.ask(createOpenEvent, { id }, system.admin);
  return data.createEvent.id;
};
const extensionsOf = async (query: string, variables = {}, token?: string) =>
  (await system.ask(query, variables, token)).errors?.[0]?.extensions;

describe('one query over the supergraph', () => {
  test('joins an event, its attendance and the people of the door', async () => {
    const door = await system.person('dora', 'SCANNER');
    const boss = await system.person('conrad', 'COMMITTEE');
    const eventId = await event('joined');
    await system.ask(scanTicket, { eventId, ticketId: 'T' }, door.token);
    const query = `query ($id: ID!) { event(id: $id) { name organizer { username role } summary { event { name } attendance {
      totalCheckedIn event { timezone } records { edges { node { ticketId checkedInBy { id username kind role } event { name } } } } } } } }`;
    const { data, errors } = await system.ask(query, { id: eventId }, boss.token);
    expect(errors).toBeUndefined();
    expect(data.event).toEqual({
      name: 'An event',
      organizer: { username: 'admin', role: null },
      summary: {
        event: { name: 'An event' },
        attendance: {
          totalCheckedIn: 1,
          event: { timezone: 'UTC' },
          records: {
            edges: [
              {
                node: {
                  ticketId: 'T',
                  checkedInBy: { id: door.id, username: 'dora', kind: 'PERSON', role: null },
                  event: { name: 'An event' },
                },
              },
            ],
          },
        },
      },
    });
  });

  test('over fifty events with their scanners costs as many statements as over one', async () => {
    for (let index = 0; index < 50; index += 1) {
      const eventId = await event(`many-${index}`);
      await system.ask(scanTicket, { eventId, ticketId: 'T' }, system.admin);
    }
    await untilFactsHaveTravelled();
    const query = `query ($first: Int!) { events(first: $first, filter: { search: "An event" }) { edges { node { name organizer { username }
      summary { attendance { totalCheckedIn records(first: 20) { totalCount edges { node { ticketId checkedInBy { username kind } } } } } } } } } }`;
    const ask = async (first: number) => {
      const { data } = await system.ask(query, { first }, system.admin);
      expect(data.events.edges).toHaveLength(first);
    };
    const cost = async (first: number) => {
      const rounds: string[][] = [];
      for (let round = 0; round < 3; round += 1) {
        rounds.push(await allStatementsDuring(system.host.system.attendanceDatabase, () => ask(first)));
      }
      // Sweeps and the mailer look by themselves, whatever is asked meanwhile: the least is the query's own.
      const of = (schema: string) =>
        Math.min(
          ...rounds.map((round) => round.filter((statement) => statement.includes(`"${schema}".`)).length),
        );
      return { event: of('event'), attendance: of('attendance'), identity: of('identity') };
    };
    const one = await cost(1);
    expect(await cost(50)).toEqual(one);
    expect(Math.min(...Object.values(one))).toBeGreaterThan(0);
  });
});

describe('the gateway', () => {
  test.each([
    ['{ events { edges { node { summary { eventId } } } } }', 'EventSummary'],
    ['query { ...A } fragment A on Query { attendance(eventId: "x") { inside } }', 'Query.attendance'],
    ['mutation { deleteEvent(id: "x") }', 'Mutation.deleteEvent'],
    ['{ users { totalCount } }', 'Query.users'],
  ])('refuses a stranger the whole of %s', async (query, coordinate) => {
    const answer = await system.ask(query);
    expect(answer).toEqual({
      errors: [{ message: expect.any(String), extensions: { code: 'UNAUTHENTICATED', coordinate } }],
    });
  });

  const deep = (times: number) => `${'['.repeat(times)}${']'.repeat(times)}`;
  const deepInput = `{"query":"query($in: EventFilter) { events(filter: $in) { edges { cursor } } }","variables":{"in":{"search":${deep(20_000)}}}}`;
  test.each([
    ['no JSON', '{"query":', 400, 'The body is not valid JSON.'],
    ['__proto__', '{"query":"{__typename}","__proto__":{}}', 400, /fields named __proto__/],
    ['a prototype', '{"query":"q","variables":{"constructor":{"prototype":{}}}}', 400, /with a prototype/],
    ['too much', JSON.stringify({ query: 'x'.repeat(300_000) }), 413, 'The body is too large.'],
    ['nested lists', deep(20_000), 400, 'Operation batching disabled.'],
    ['a deep variable', deepInput, 200, /String cannot represent a non string value/],
  ])(
    'answers a body with %s as GraphQL over HTTP has it, and tells nothing of its inside',
    async (_what, body, status, message) => {
      const response = await fetch(`${system.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      expect(response.status).toBe(status);
      expect(await response.json()).toMatchObject({
        errors: [
          {
            message: expect.stringMatching(message),
            extensions: {
              code: expect.stringMatching(/^(BAD_REQUEST|BAD_USER_INPUT)$/),
            },
          },
        ],
      });
    },
  );

  test('tells somebody known what refused, and runs nothing', async () => {
    const { token } = await system.person('user-only');
    const query =
      'mutation { a: createEvent(input: { name: "x", startsAt: "2026-07-01T10:00:00Z", endsAt: "2026-07-02T10:00:00Z", timezone: "UTC" }) { id } }';
    expect(await extensionsOf(query, {}, token)).toEqual({
      code: 'FORBIDDEN',
      coordinate: 'Mutation.createEvent',
    });
  });

  test('lets each role do what schema/access.md says, and no more', async () => {
    const needed: Record<string, string> = {
      mySessions: 'USER',
      'attendance(eventId: "x")': 'SCANNER',
      'checkIn(id: "x")': 'COMMITTEE',
      users: 'ADMIN',
    };
    for (const role of roles) {
      const { token } = await system.person(`role-${role.toLowerCase()}`, role);
      for (const [field, least] of Object.entries(needed)) {
        const code = (await extensionsOf(`{ ${field} { __typename } }`, {}, token))?.code;
        const mayNot = roles.indexOf(role) < roles.indexOf(least as (typeof roles)[number]);
        expect([role, field, code === 'FORBIDDEN']).toEqual([role, field, mayNot]);
      }
    }
  });

  const viewer = () =>
    ({ id: newId(), username: 'x', role: 'ADMIN', sessionId: newId(), issuedAt: new Date() }) as const;
  const issue = (signedWith: string, at = new Date()) =>
    new AccessTokens({ secret: signedWith, algorithm: 'HS256', lifetimeMinutes: 1 }, () => at).issue({
      ...viewer(),
      issuedAt: at,
    }).token;

  test.each([
    ['nonsense', () => 'nonsense'],
    ['of a foreign secret', () => issue(other)],
    ['that has expired', () => issue(secret, new Date(Date.now() - 120_000))],
    ['without a signature', () => `${issue(secret).split('.').slice(0, 2).join('.')}.`],
    [
      'that says alg: none',
      () => `${Buffer.from('{"alg":"none"}').toString('base64url')}.${issue(secret).split('.')[1]}.`,
    ],
    ['that was given a second scheme', () => `Bearer ${issue(secret)}`],
  ])('refuses a token %s, even for what is open', async (_what, token) => {
    expect(await extensionsOf('{ events { edges { cursor } } }', {}, token())).toEqual({
      code: 'UNAUTHENTICATED',
    });
    expect(await extensionsOf('{ events { edges { cursor } } }', {}, issue(secret))).toBeUndefined();
  });

  test('names the field of a variable that does not fit', async () => {
    const create = 'mutation ($input: CreateEventInput!) { createEvent(input: $input) { id } }';
    const input = {
      name: 'x',
      startsAt: '2026-02-30T10:00:00Z',
      endsAt: '2026-07-02T10:00:00Z',
      timezone: 'UTC',
    };
    expect(await extensionsOf(create, { input }, system.admin)).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'startsAt',
    });
    expect(await extensionsOf(create, {}, system.admin)).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'input',
    });
  });

  test('finds a time that is none as it finds what is no number, wherever it stands', async () => {
    const events = (argument: string, variables = '') =>
      `query ${variables} { events(first: 1, filter: { to: ${argument} }) { edges { cursor } } }`;
    expect((await system.ask(events('"2027-01-01T00:00:00Z"'))).errors).toBeUndefined();
    const told = await Promise.all([
      system.ask(events('"2027"')),
      system.ask(events('$to', '($to: DateTime)'), { to: '2027' }),
      system.ask(events('$to', '($to: DateTime = "2027")')),
    ]);
    for (const { data, errors } of told) {
      expect(data).toBeUndefined();
      expect(errors[0].message).toContain('DateTime must be an RFC 3339 time');
    }
    const invalid = { code: 'GRAPHQL_VALIDATION_FAILED' };
    const extensions = told.map(({ errors }) => errors[0].extensions);
    expect(extensions).toEqual([invalid, { code: 'BAD_USER_INPUT', field: 'to' }, invalid]);
  });

  test('refuses what does not fit its place by the code of such mistakes', async () => {
    for (const query of [
      'query ($id: ID) { event(id: $id) { id } }',
      'query ($c: Boolean) { me @skip(if: $c) { id } }',
      'mutation { updateEvent(id: "1", input: { venue: { name: "x", latitude: 1e999, longitude: 0 } }) { id } }',
      `query ($v: VenueInput = { name: "x", latitude: 1${'0'.repeat(400)}, longitude: 0 }) { __typename }`,
    ])
      expect(await extensionsOf(query)).toEqual({ code: 'GRAPHQL_VALIDATION_FAILED' });
  });

  test('refuses a condition at the root of a subscription, whatever else the document has', async () => {
    const query = `query A { __typename }
      subscription S($c: Boolean!) { attendanceChanged(eventId: "evt1") @skip(if: $c) { inside } }`;
    expect(await extensionsOf(query)).toEqual({ code: 'GRAPHQL_VALIDATION_FAILED' });
  });

  test('repeats neither the value of a variable that does not fit nor names of the schema', async () => {
    const register = 'mutation ($input: RegisterInput!) { register(input: $input) { accessToken } }';
    const wrong = { input: { usernam: 'x', password: 's3cret; pass', role: 'USR' } };
    const { errors } = await system.ask(register, wrong);
    expect(errors.length).toBeGreaterThan(0);
    expect(JSON.stringify(errors)).not.toMatch(/s3cret|Did you mean|"USER"/);
  });

  test('asks which operation is meant, and refuses a hash that is not the document’s', async () => {
    const send = async (body: object) => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${system.url}/graphql`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      });
      const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
      return errors[0]?.extensions.code;
    };
    const query = 'query A { me { id } } query B { me { id } }';
    expect(await send({ query })).toBe('OPERATION_RESOLUTION_FAILURE');
    expect(await send({ query, operationName: 'C' })).toBe('OPERATION_RESOLUTION_FAILURE');
    const subscription = 'subscription { attendanceChanged(eventId: "evt1") { inside } }';
    expect(await send({ query: subscription })).toBe('OPERATION_RESOLUTION_FAILURE');
    const persistedQuery = { version: 1, sha256Hash: '0'.repeat(64) };
    expect(await send({ query: '{ me { id } }', extensions: { persistedQuery } })).toBe('BAD_REQUEST');
  });

  test('tells mistakes of the document by the codes of the protocol', async () => {
    expect(await extensionsOf('{ events {')).toMatchObject({ code: 'GRAPHQL_PARSE_FAILED' });
    expect(await extensionsOf('{ nothing }')).toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' });
  });

  test('lets no other site write with a simple request', async () => {
    const response = await fetch(`${system.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: JSON.stringify({ query: 'mutation { logout }' }),
    });
    expect(response.status).toBeGreaterThanOrEqual(400);
    const get = await fetch(
      `${system.url}/graphql?query=${encodeURIComponent('{ events { edges { cursor } } }')}`,
    );
    expect(get.status).toBe(400);
  });

  test('runs one operation a request', async () => {
    const response = await fetch(`${system.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([{ query: '{ me { id } }' }, { query: '{ me { id } }' }]),
    });
    expect(response.status).toBe(400);
  });

  test('gives an unexpected failure an id and no more', async () => {
    const { token } = await system.person('unlucky', 'COMMITTEE');
    await system.database.pool.query('alter table attendance.scan rename to scan_away');
    try {
      const { data, errors } = await system.ask(
        '{ checkIn(id: "01890a5d-ac96-774b-bcce-b302099a8057") { id } }',
        {},
        token,
      );
      expect(data).toEqual({ checkIn: null });
      expect(errors).toEqual([
        {
          message: 'Something went wrong on our side.',
          path: ['checkIn'],
          extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: expect.any(String) },
        },
      ]);
    } finally {
      await system.database.pool.query('alter table attendance.scan_away rename to scan');
    }
  });
});

describe('access that ends', () => {
  const me = '{ mySessions { id } }';
  const endsWithin = async (token: string) => {
    const started = Date.now();
    for (;;) {
      const extensions = await extensionsOf(me, {}, token);
      if (extensions) return { extensions, isSoon: Date.now() - started < 1_000 };
      if (Date.now() - started > 5_000) return { extensions: undefined, isSoon: false };
    }
  };
  const ended = { extensions: { code: 'UNAUTHENTICATED' }, isSoon: true };

  test.each([
    ['a ban', 'mutation ($id: ID!) { banUser(userId: $id, reason: "why") { id } }'],
    ['another role', 'mutation ($id: ID!) { setUserRole(userId: $id, role: SCANNER) { id } }'],
  ])('by %s ends the live token within a second', async (what, mutation) => {
    const { id, token } = await system.person(`ended-by-${what.replaceAll(' ', '-')}`);
    expect(await extensionsOf(me, {}, token)).toBeUndefined();
    await system.ask(mutation, { id }, system.admin);
    expect(await endsWithin(token)).toEqual(ended);
  });

  test('by logging out ends this session and no other', async () => {
    const { token } = await system.person('leaver');
    const { data } = await system.ask(
      'mutation { login(input: { username: "leaver", password: "test-pass-123" }) { accessToken } }',
    );
    await system.ask('mutation { logout }', {}, token);
    expect(await endsWithin(token)).toEqual(ended);
    expect(await extensionsOf(me, {}, data.login.accessToken)).toBeUndefined();
  });

  test('by ending one session ends that one within a second, and the others live on', async () => {
    const { token: lost } = await system.person('owner of a lost phone');
    const signIn =
      'mutation { login(input: { username: "owner of a lost phone", password: "test-pass-123" }) { accessToken } }';
    const tokens = [(await system.ask(signIn)).data, (await system.ask(signIn)).data];
    const [here, there] = tokens.map(({ login }) => login.accessToken as string);
    const { data } = await system.ask('{ mySessions { id current } }', {}, lost);
    const id = data.mySessions.find(({ current }: { current: boolean }) => current).id;
    const end = 'mutation ($id: ID!) { endSession(id: $id) }';
    expect(await system.ask(end, { id }, here)).toEqual({ data: { endSession: true } });
    expect(await endsWithin(lost)).toEqual(ended);
    for (const token of [here, there]) expect(await extensionsOf(me, {}, token)).toBeUndefined();
  });

  test('stays ended over a restart of the host', async () => {
    const { id, token } = await system.person('banned-for-long');
    await system.ask(
      'mutation ($id: ID!) { banUser(userId: $id, reason: "why") { id } }',
      { id },
      system.admin,
    );
    expect(await endsWithin(token)).toEqual(ended);
    const again = await startHostOn(system.database, { JWT_SECRET: secret });
    try {
      const response = await fetch(`http://127.0.0.1:${again.port}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({ query: me }),
      });
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] });
    } finally {
      await again.stop();
    }
  });
});

/** Until every fact told has been acted on: what consumers ask is not what the query asks. */
async function untilFactsHaveTravelled(): Promise<void> {
  const { pool } = system.database;
  const waiting = async () => {
    const { rows } =
      await pool.query(`select (select count(*) from attendance.outbox where published_at is null)
      + (select count(*) from event.outbox where published_at is null) as n`);
    return Number(rows[0].n);
  };
  while ((await waiting()) > 0) await new Promise((done) => setTimeout(done, 20));
}
