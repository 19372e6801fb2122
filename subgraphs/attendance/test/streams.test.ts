import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import { StreamClient, type Subscription } from '@tixgo/platform/testing/event-stream.ts';
import { allStatementsDuring } from '@tixgo/platform/testing/statement-counter.ts';
import { createClient } from 'graphql-sse';
import { DoorClient } from './door-client.ts';
import { startTestHost, type TestHost } from './host-client.ts';
import { attendanceChanged, checkIns } from './stream-documents.ts';

let host: TestHost;
let door: DoorClient;
let committee: { id: string; token: string };
let scanner: { id: string; token: string };
const opened: StreamClient[] = [];

beforeAll(async () => {
  host = await startTestHost({ LIMIT_VIEWER_STREAMS: '60' });
  door = new DoorClient(host.url);
  committee = await host.person('conrad', 'COMMITTEE');
  scanner = await host.person('dora', 'SCANNER');
}, 60_000);
afterAll(async () => {
  await Promise.all(opened.map((stream) => stream.close()));
  await host.close();
});

const newEvent = () => door.openEvent(host.admin);
const scan = (eventId: string, ticketId: string = newId(), token = scanner.token) =>
  door.scan(token, eventId, ticketId);

async function open(subscription: Subscription, token?: string): Promise<StreamClient> {
  const stream = await StreamClient.open(host.url, subscription, token);
  opened.push(stream);
  return stream;
}

const watch = (eventId: string, after?: string, token = committee.token) =>
  open({ query: checkIns, variables: { eventId, after } }, token);
const watchCounts = (eventId: string, token = scanner.token) =>
  open({ query: attendanceChanged, variables: { eventId } }, token);
const tickets = ({ data }: StreamClient) => data.map(({ checkIns: { ticketId } }) => ticketId);
const isOpen = ({ events }: StreamClient) => events.length > 0;

async function checkInOf(eventId: string, ticketId: string): Promise<string> {
  const query =
    'query ($id: ID!, $s: String!) { attendance(eventId: $id) { records(filter: { search: $s }) { edges { node { id } } } } }';
  const { data } = await host.ask(query, { id: eventId, s: ticketId }, committee.token);
  return data.attendance.records.edges[0].node.id;
}

describe('checkIns', () => {
  test('sends each check-in as it is made, and none of another event', async () => {
    const [eventId, other] = [await newEvent(), await newEvent()];
    const stream = await (await watch(eventId)).until(isOpen);
    await scan(other, 'elsewhere');
    await scan(eventId, 'one');
    await scan(eventId, 'one');
    await scan(eventId, 'two');
    await stream.until(({ data }) => data.length === 2);
    expect(stream.data.map(({ checkIns: checkIn }) => checkIn)).toEqual(
      ['one', 'two'].map((ticketId) => ({
        id: expect.any(String),
        ticketId,
        gate: null,
        undoneAt: null,
        checkedInBy: { username: 'dora' },
      })),
    );
  });

  test('is answered as an event stream that nobody keeps, gathers or changes', async () => {
    const { status, headers } = await watch(await newEvent());
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'x-request-id': expect.any(String),
      'x-content-type-options': 'nosniff',
    });
  });

  test('sends a check-in again when it is undone', async () => {
    const eventId = await newEvent();
    const stream = await (await watch(eventId)).until(isOpen);
    await scan(eventId, 'T');
    await stream.until(({ data }) => data.length === 1);
    const { id } = stream.data[0].checkIns;
    await host.ask(
      'mutation ($id: ID!) { undoCheckIn(id: $id, reason: "wrong") { id } }',
      { id },
      committee.token,
    );
    await stream.until(({ data }) => data.length === 2);
    expect(stream.data[1].checkIns).toMatchObject({ id, undoneAt: expect.any(String) });
  });

  test('goes by the rest of the document: aliases, fragments, variables, other subgraphs', async () => {
    const eventId = await newEvent();
    const query = /* GraphQL */ `
      query Other { __typename }
      subscription Door($about: ID!, $withEvent: Boolean!) {
        ...Scan
      }
      fragment Scan on Subscription {
        seen: checkIns(eventId: $about) { ticket: ticketId event @include(if: $withEvent) { id name } }
      }
    `;
    const variables = { about: eventId, withEvent: true };
    const stream = await open({ query, variables, operationName: 'Door' }, committee.token);
    await stream.until(isOpen);
    await scan(eventId, 'T');
    await stream.until(({ data }) => data.length === 1);
    expect(stream.data).toEqual([{ seen: { ticket: 'T', event: { id: eventId, name: 'An event' } } }]);
  });

  test('after a check-in sends first what came since, and each once, while scans go on', async () => {
    const eventId = await newEvent();
    await scan(eventId, 'first');
    const first = await checkInOf(eventId, 'first');
    const ids = Array.from({ length: 120 }, (_, index) => `T${index}`);
    const scanAll = async (some: string[]) => {
      for (const id of some) await scan(eventId, id);
    };
    const scanning = Promise.all([0, 1, 2, 3].map((part) => scanAll(ids.filter((_, at) => at % 4 === part))));
    const streams: StreamClient[] = [];
    for (let count = 0; count < 8; count += 1) {
      const stream = await watch(eventId, first);
      streams.push(await stream.until(({ data }) => data.length > 10 * count));
    }
    await scanning;
    for (const stream of streams) {
      await stream.until(({ data }) => data.length >= ids.length);
      expect(tickets(stream).toSorted()).toEqual(ids.toSorted());
      expect(tickets(stream)).toEqual(tickets(streams[0] ?? stream));
    }
  });

  test('resumes from the last check-in that was sent', async () => {
    const eventId = await newEvent();
    const stream = await (await watch(eventId)).until(isOpen);
    await scan(eventId, 'one');
    await stream.until(({ data }) => data.length === 1);
    await stream.close();
    await scan(eventId, 'two');
    const resumed = await watch(eventId, stream.data[0].checkIns.id);
    await resumed.until(({ data }) => data.length === 1);
    await scan(eventId, 'three');
    await resumed.until(({ data }) => data.length === 2);
    expect(tickets(resumed)).toEqual(['two', 'three']);
  });

  test('after what is no check-in of the event says so', async () => {
    const eventId = await newEvent();
    expect(await (await watch(eventId, newId())).ending()).toBe('STREAM_GAP');
    const stream = await watch(eventId, 'yesterday');
    expect(await stream.ending()).toBe('BAD_USER_INPUT');
    expect(stream.events.find(({ event }) => event === 'next')?.data.errors).toMatchObject([
      { extensions: { field: 'after' } },
    ]);
  });
});

describe('attendanceChanged', () => {
  test('sends the present state at once', async () => {
    const eventId = await newEvent();
    await scan(eventId);
    const stream = await watchCounts(eventId);
    await stream.until(({ data }) => data.length === 1);
    expect(stream.data).toEqual([{ attendanceChanged: { totalCheckedIn: 1, inside: 1, refused: 0 } }]);
  });

  test('sends the newest state at most twice a second, and the last one always', async () => {
    const eventId = await newEvent();
    const stream = await watchCounts(eventId);
    await stream.until(({ data }) => data.length === 1);
    const began = Date.now();
    for (let count = 0; count < 60; count += 1) await scan(eventId, `T${count}`);
    await scan(eventId, 'T0');
    await stream.until(({ data }) => data.at(-1).attendanceChanged.refused === 1);
    expect(stream.data.at(-1)).toEqual({
      attendanceChanged: { totalCheckedIn: 60, inside: 60, refused: 1 },
    });
    expect(stream.data.length).toBeLessThanOrEqual(3 + (Date.now() - began) / 500);
  });

  test('is not sent again while nothing of it has changed', async () => {
    const eventId = await newEvent();
    const query = 'subscription ($eventId: ID!) { attendanceChanged(eventId: $eventId) { refused } }';
    const stream = await open({ query, variables: { eventId } }, scanner.token);
    await stream.until(({ data }) => data.length === 1);
    // Looked at first a little later, and so also a second time.
    const later = await watchCounts(eventId);
    await later.until(({ data }) => data.length === 1);
    await scan(eventId, 'T');
    await later.until(({ data }) => data.at(-1)?.attendanceChanged.totalCheckedIn === 1);
    await scan(eventId, 'T');
    await stream.until(({ data }) => data.length === 2);
    expect(stream.data.map((one) => one.attendanceChanged.refused)).toEqual([0, 1]);
  });
});

describe('an event', () => {
  test('is answered once for all who watch with the same document, variables and role', async () => {
    const eventId = await newEvent();
    const others = await Promise.all(['ann', 'ben'].map((name) => host.person(name, 'COMMITTEE')));
    const people = [committee, ...others];
    const streams = await Promise.all(
      Array.from({ length: 30 }, (_, index) => watch(eventId, undefined, people[index % 3]?.token)),
    );
    for (const stream of streams) await stream.until(isOpen);
    const readsOf = async (ticketId: string) => {
      const statements = await allStatementsDuring(host.host.system.attendanceDatabase, async () => {
        await scan(eventId, ticketId);
        for (const stream of streams) await stream.until((one) => tickets(one).includes(ticketId));
      });
      return statements.filter((text) => /^select .*from "attendance"."scan".* left join/.test(text)).length;
    };
    expect(await readsOf('T')).toBe(1);
    const other = await open({ query: checkIns, variables: { eventId } }, host.admin);
    await other.until(isOpen);
    expect(await readsOf('U')).toBe(2);
  });

  test('is answered for each person where another subgraph is asked, who sees what they may see', async () => {
    const eventId = await newEvent();
    const query = /* GraphQL */ `
      subscription ($eventId: ID!) { checkIns(eventId: $eventId) { checkedInBy { username email } } }
    `;
    const own = await open({ query, variables: { eventId } }, committee.token);
    const theirs = await open(
      { query, variables: { eventId } },
      (await host.person('cara', 'COMMITTEE')).token,
    );
    for (const stream of [own, theirs]) await stream.until(isOpen);
    const change =
      'mutation ($password: String!) { changeEmail(email: "conrad@example.com", currentPassword: $password) { id } }';
    await host.ask(change, { password: 'test-pass-123' }, committee.token);
    await scan(eventId, 'T', committee.token);
    for (const stream of [own, theirs]) await stream.until(({ data }) => data.length === 1);
    expect(theirs.data[0].checkIns.checkedInBy).toMatchObject({ username: 'conrad', email: null });
    expect(own.data[0].checkIns.checkedInBy).toEqual({ username: 'conrad', email: 'conrad@example.com' });
  });
});

describe('a stream is refused', () => {
  test('without rights, without an event, and for a document that does not fit', async () => {
    const eventId = await newEvent();
    const variables = { eventId };
    const cases: [Subscription, string | undefined, string][] = [
      [{ query: checkIns, variables }, undefined, 'UNAUTHENTICATED'],
      [{ query: checkIns, variables }, 'no.such.token', 'UNAUTHENTICATED'],
      [{ query: checkIns, variables }, scanner.token, 'FORBIDDEN'],
      [{ query: checkIns, variables: { eventId: newId() } }, committee.token, 'NOT_FOUND'],
      [{ query: attendanceChanged, variables: { eventId: 'no event' } }, committee.token, 'NOT_FOUND'],
      [{ query: attendanceChanged }, committee.token, 'BAD_USER_INPUT'],
      [{ query: 'subscription {' }, committee.token, 'GRAPHQL_PARSE_FAILED'],
      [{ query: 'subscription { nothing }' }, committee.token, 'GRAPHQL_VALIDATION_FAILED'],
      [
        {
          query: `subscription ($eventId: ID!, $c: Boolean!) {
            attendanceChanged(eventId: $eventId) @skip(if: $c) { inside }
          }`,
          variables: { eventId: 'evt1', c: false },
        },
        committee.token,
        'GRAPHQL_VALIDATION_FAILED',
      ],
      [
        {
          query: `subscription ($eventId: ID!, $c: Boolean = true) {
            checkIns(eventId: $eventId) { id @include(if: $c) }
          }`,
          variables: { eventId: 'evt1', c: null },
        },
        committee.token,
        'BAD_USER_INPUT',
      ],
      [{ query: '{ __typename }' }, committee.token, 'OPERATION_RESOLUTION_FAILURE'],
      [
        { query: checkIns, variables, operationName: 'Other' },
        committee.token,
        'OPERATION_RESOLUTION_FAILURE',
      ],
      [{ query: '' }, committee.token, 'GRAPHQL_PARSE_FAILED'],
      [
        { query: checkIns.replace('after: $after)', 'after: $after) @skip(if: true)'), variables },
        committee.token,
        'GRAPHQL_VALIDATION_FAILED',
      ],
      [{ query: checkIns.replace(/id/, 'id '.repeat(600)), variables }, committee.token, 'DOCUMENT_REJECTED'],
    ];
    for (const [subscription, token, code] of cases) {
      const stream = await open(subscription, token);
      expect([subscription, await stream.ending()]).toEqual([subscription, code]);
      expect(stream.status).toBe(200);
    }
  });

  test('and names the coordinate', async () => {
    const stream = await watch(await newEvent(), undefined, scanner.token);
    await stream.ending();
    expect(stream.events.find(({ event }) => event === 'next')?.data.errors).toMatchObject([
      { extensions: { coordinate: 'Subscription.checkIns' } },
    ]);
  });

  test('as a request that is not one for events', async () => {
    const ask = (init: RequestInit) => fetch(`${host.url}/graphql/stream`, init);
    const json = { 'content-type': 'application/json' };
    const answers = [
      await ask({ method: 'POST', body: '{}', headers: { ...json, accept: 'application/json' } }),
      await ask({ method: 'POST', body: '{}', headers: { 'content-type': 'text/plain' } }),
      await ask({ method: 'POST', body: '{', headers: json }),
      await ask({ method: 'GET' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([406, 415, 400, 404]);
    expect(await answers[2]?.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
  });

  test('by /graphql, which names the place', async () => {
    const { errors } = await host.ask(checkIns, { eventId: await newEvent() }, committee.token);
    expect(errors).toMatchObject([{ extensions: { code: 'OPERATION_RESOLUTION_FAILURE' } }]);
    expect(errors[0].message).toContain('/graphql/stream');
  });
});

describe('a stream ends', () => {
  const isEnded = async (end: (person: { id: string; token: string }) => Promise<unknown>, name: string) => {
    const person = await host.person(name, 'COMMITTEE');
    const eventId = await newEvent();
    const streams = [await watch(eventId, undefined, person.token), await watchCounts(eventId, person.token)];
    const other = await watch(eventId);
    for (const stream of [...streams, other]) await stream.until(isOpen);
    await end(person);
    const endedAt = Date.now();
    for (const stream of streams) {
      expect(await stream.ending()).toBe('UNAUTHENTICATED');
      expect((stream.events.at(-1)?.at ?? Number.POSITIVE_INFINITY) - endedAt).toBeLessThan(1_000);
    }
    await scan(eventId, 'later');
    await other.until(({ data }) => data.length === 1);
  };

  test('with a ban', () =>
    isEnded(
      ({ id }) =>
        host.ask('mutation ($id: ID!) { banUser(userId: $id, reason: "no") { id } }', { id }, host.admin),
      'eve',
    ));
  test('with a change of role', () =>
    isEnded(
      ({ id }) =>
        host.ask('mutation ($id: ID!) { setUserRole(userId: $id, role: USER) { id } }', { id }, host.admin),
      'fred',
    ));
  test('with a logout', () => isEnded(({ token }) => host.ask('mutation { logout }', {}, token), 'gina'));
});

test('the client of graphql-sse understands it', async () => {
  const eventId = await newEvent();
  const client = createClient({
    url: `${host.url}/graphql/stream`,
    headers: { authorization: `Bearer ${committee.token}` },
    retryAttempts: 0,
  });
  const stream = client.iterate({ query: checkIns, variables: { eventId } });
  const counts = client.iterate({ query: attendanceChanged, variables: { eventId } });
  expect((await counts.next()).value).toMatchObject({ data: { attendanceChanged: { totalCheckedIn: 0 } } });
  const first = stream.next();
  await counts.return?.();
  await scan(eventId, 'T');
  expect((await first).value).toMatchObject({ data: { checkIns: { ticketId: 'T' } } });
  await stream.return?.();
  const refused = client.iterate({ query: checkIns, variables: { eventId: newId() } });
  expect((await refused.next()).value).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
  expect((await refused.next()).done).toBe(true);
});
