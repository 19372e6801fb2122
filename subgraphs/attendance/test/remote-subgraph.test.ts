import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { StreamClient } from '@tixgo/platform/testing/event-stream.ts';
import { findFreePort } from '@tixgo/platform/testing/free-port.ts';
import { isNatsServerInstalled, NatsServer } from '@tixgo/platform/testing/nats-server.ts';
import { ServiceProcess } from '@tixgo/platform/testing/service-process.ts';
import { createTestDatabase, type TestDatabase } from '@tixgo/platform/testing/test-database.ts';
import { HostProcess } from './host-process.ts';

const secrets = { JWT_SECRET: 'j'.repeat(40), SERVICE_SECRET: 's'.repeat(40) };

let database: TestDatabase;
let broker: NatsServer;
let event: ServiceProcess;
let host: HostProcess;
let token: string;

const joined = `query ($id: ID!) { event(id: $id) { name summary { attendance { totalCheckedIn } } } }`;
const fromAttendance = `query ($id: ID!) { attendance(eventId: $id) { totalCheckedIn event { name } } }`;

(isNatsServerInstalled() ? describe : describe.skip)('with the event service elsewhere', () => {
  beforeAll(async () => {
    database = await createTestDatabase();
    broker = await NatsServer.start();
    const shared = { DATA_DIR: 'memory', DATABASE_URL: database.url, NATS_URL: broker.url };
    const environment = { ...secrets, ...shared };
    const port = await findFreePort();
    event = new ServiceProcess(
      'subgraphs/event/server.ts',
      { ...environment, EVENT_PORT: String(port) },
      port,
    );
    host = await HostProcess.start({ ...environment, EVENT_URL: `${event.url}/graphql` });
    await Promise.all([event.ready(), host.ready()]);
    token = await host.signIn();
  }, 60_000);
  afterAll(async () => {
    event.signal('SIGCONT');
    event.signal('SIGKILL');
    await Promise.all([host.stop(), event.ended]);
    await broker.close();
    await database.close();
  });

  test('the same query joins the same answer, and a new event is open at once', async () => {
    const eventId = await host.openEvent(token);
    expect(await host.scan(token, eventId, 'T')).toBe('CheckIn');
    expect(await host.graphql(joined, { id: eventId }, token)).toEqual({
      data: { event: { name: 'An event', summary: { attendance: { totalCheckedIn: 1 } } } },
    });
  });

  test('what changes there is heard here', async () => {
    const eventId = await host.openEvent(token);
    expect(await host.scan(token, eventId, 'T')).toBe('CheckIn');
    const cancel = 'mutation ($id: ID!) { cancelEvent(id: $id, reason: "Rain") { status } }';
    await host.graphql(cancel, { id: eventId }, token);
    // Each with a ticket of its own: nothing but the cancelation refuses it.
    for (let next = 0; (await host.scan(token, eventId, `U${next}`)) === 'CheckIn'; next += 1);
  });

  test('a stream has what it alone knows, and goes on without it', async () => {
    const eventId = await host.openEvent(token);
    const query = `subscription ($eventId: ID!) { checkIns(eventId: $eventId) { ticketId event { name } } }`;
    const stream = await StreamClient.open(host.url, { query, variables: { eventId } }, token);
    // Its first comment does not say yet that it hears of what happens.
    for (let next = 0; stream.data.length === 0; next += 1) await host.scan(token, eventId, `T${next}`);
    event.signal('SIGSTOP');
    await host.scan(token, eventId, 'U');
    await stream.until(({ data }) => data.at(-1)?.checkIns.ticketId === 'U');
    event.signal('SIGCONT');
    expect(stream.data[0]).toEqual({
      checkIns: { ticketId: expect.stringMatching(/^T/), event: { name: 'An event' } },
    });
    expect(stream.data.at(-1)).toEqual({ checkIns: { ticketId: 'U', event: null } });
    expect(stream.events.at(-1)?.data.errors).toMatchObject([
      { path: ['checkIns', 'event'], extensions: { code: 'SUBGRAPH_UNAVAILABLE' } },
    ]);
    await stream.close();
  });

  test('its errors keep code and field, and its access rules hold', async () => {
    const bad = await host.graphql('{ events(first: 0) { edges { cursor } } }', {}, token);
    expect(bad.errors[0].extensions).toEqual({ code: 'BAD_USER_INPUT', field: 'first' });
    const unsigned = await fetch(`${event.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: '{ events { edges { cursor } } }' }),
    });
    expect(unsigned.status).toBe(401);
  });

  test('it is asked for whoever calls, whatever their program says of itself', async () => {
    const response = await fetch(`${host.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'x'.repeat(12_000),
        traceparent: 'x'.repeat(2_000),
      },
      body: JSON.stringify({ query: '{ events(first: 1) { edges { cursor } } }' }),
    });
    expect(await response.json()).toEqual({ data: { events: { edges: expect.any(Array) } } });
  });

  test.each(['SIGSTOP', 'SIGKILL'] as const)(
    'that stops answering (%s), the door goes on, and the rest of an answer comes within two seconds',
    async (signal) => {
      const eventId = await host.openEvent(token);
      expect(await host.scan(token, eventId, 'T')).toBe('CheckIn');
      event.signal(signal);
      const started = Date.now();
      const answer = await host.graphql(fromAttendance, { id: eventId }, token);
      expect(Date.now() - started).toBeLessThan(2_000);
      expect(answer.data).toEqual({ attendance: { totalCheckedIn: 1, event: null } });
      expect(answer.errors[0].extensions).toEqual({ code: 'SUBGRAPH_UNAVAILABLE', retryable: true });
      expect(JSON.stringify(answer)).not.toMatch(/127\.0\.0\.1|ECONN|event"?:?\s?8000/);
      expect(await host.scan(token, eventId, 'U')).toBe('CheckIn');
      event.signal('SIGCONT');
    },
  );
});
