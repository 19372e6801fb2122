import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '@tixgo/platform/clock.ts';
import { signCall } from '@tixgo/platform/service-signature.ts';
import { userViewer } from '@tixgo/platform/testing/ask.ts';
import { complaintOf } from '@tixgo/platform/testing/complaint.ts';
import { findFreePort } from '@tixgo/platform/testing/free-port.ts';
import { ServiceProcess } from '@tixgo/platform/testing/service-process.ts';
import { createTestDatabase, type TestDatabase } from '@tixgo/platform/testing/test-database.ts';
import { AccessTokens, type TokenSettings } from '@tixgo/platform/tokens.ts';
import type { Role, Viewer } from '@tixgo/platform/viewer.ts';
import { readEventProcess } from '../env.ts';
import { documents, evening } from './event-system.ts';

const [serviceSecret, secret] = ['s'.repeat(32), 'j'.repeat(32)];
const settings: TokenSettings = { secret, algorithm: 'HS256', lifetimeMinutes: 5 };

let database: TestDatabase;
let service: ServiceProcess;

beforeAll(async () => {
  database = await createTestDatabase();
  const port = await findFreePort();
  const environment = {
    DATA_DIR: 'memory',
    DATABASE_URL: database.url,
    // Nobody listens there: a service serves all the same, and is not ready.
    NATS_URL: 'nats://127.0.0.1:1',
    EVENT_PORT: String(port),
    LOG_LEVEL: 'warn',
    SERVICE_SECRET: serviceSecret,
    JWT_SECRET: secret,
    SUBGRAPH_AUTH: 'jwt',
  };
  service = new ServiceProcess('subgraphs/event/server.ts', environment, port);
  while (!(await fetch(`${service.url}/health`).catch(() => undefined))?.ok) await pause(20);
}, 60_000);
afterAll(async () => {
  await service.stop();
  await database.close();
});

/** As identity issues it, unless something is otherwise. */
function tokenOf(role: Role, { at = new Date(), ...changed }: Partial<TokenSettings> & { at?: Date } = {}) {
  const viewer = { ...userViewer(role), issuedAt: at };
  return new AccessTokens({ ...settings, ...changed }, systemClock).issue(viewer).token;
}
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

interface Answer {
  readonly status: number | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever shape it asked for
  readonly answer: any;
}

/** By Node's own client, which sends a header twice when it is told to. */
async function send(body: string, headers: Record<string, string | string[]> = {}): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    const sent = request(`${service.url}/graphql`, { method: 'POST', headers }, async (response) =>
      resolve({ status: response.statusCode, answer: await json(response) }),
    );
    sent.on('error', reject).end(body);
  });
}

const ask = async (
  query: string,
  variables: object = {},
  headers?: Record<string, string | string[]>,
): Promise<Answer> => await send(JSON.stringify({ query, variables }), headers);

const refusal = { status: 401, answer: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] } };
const listing = '{ events { edges { node { name } } } }';

describe('the event service behind another router', () => {
  test('knows a user by their own token', async () => {
    const input = { ...evening, id: 'evt1' };
    expect(await ask(documents.createEvent, { input }, bearer(tokenOf('ADMIN')))).toMatchObject({
      status: 200,
      answer: { data: { createEvent: { id: 'evt1', status: 'PUBLISHED' } } },
    });
    expect(await ask(documents.deleteEvent, { id: 'evt1' }, bearer(tokenOf('COMMITTEE')))).toMatchObject({
      answer: { errors: [{ extensions: { code: 'FORBIDDEN', coordinate: 'Mutation.deleteEvent' } }] },
    });
  });

  test('takes one without a token for a stranger, who sees what is public', async () => {
    expect(await ask(listing)).toMatchObject({ status: 200, answer: { data: { events: { edges: [{}] } } } });
    expect(await ask(documents.deleteEvent, { id: 'evt1' })).toMatchObject({
      status: 200,
      answer: { errors: [{ extensions: { code: 'UNAUTHENTICATED', coordinate: 'Mutation.deleteEvent' } }] },
    });
  });

  test.each<[string, () => Record<string, string | string[]>]>([
    ['that has expired', () => bearer(tokenOf('ADMIN', { at: new Date(Date.now() - 6 * 60_000) }))],
    ['signed with another secret', () => bearer(tokenOf('ADMIN', { secret: serviceSecret }))],
    ['signed by another algorithm', () => bearer(tokenOf('ADMIN', { algorithm: 'HS512' }))],
    ['that is none', () => bearer('nonsense')],
    ['of another scheme', () => ({ authorization: 'Basic YTpi' })],
    [
      'beside another',
      () => ({ authorization: [`Bearer ${tokenOf('USER')}`, `Bearer ${tokenOf('ADMIN')}`] }),
    ],
  ])('refuses a token %s, also where a stranger may ask', async (_what, headers) => {
    expect(await ask(listing, {}, headers())).toMatchObject(refusal);
  });

  test('guards entities and its SDL by role', async () => {
    const entities = 'query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }';
    const summary = { r: [{ __typename: 'EventSummary', eventId: 'evt1' }] };
    const codeOf = async (query: string, headers?: Record<string, string>) =>
      (await ask(query, summary, headers)).answer.errors?.[0].extensions.code;
    expect(await codeOf(entities)).toBe('UNAUTHENTICATED');
    expect(await codeOf(entities, bearer(tokenOf('SCANNER')))).toBe('FORBIDDEN');
    expect(await codeOf(entities, bearer(tokenOf('COMMITTEE')))).toBeUndefined();
    const sdl = '{ _service { sdl } }';
    expect(await codeOf(sdl)).toBe('UNAUTHENTICATED');
    expect(await codeOf(sdl, bearer(tokenOf('COMMITTEE')))).toBe('FORBIDDEN');
    expect((await ask(sdl, {}, bearer(tokenOf('ADMIN')))).answer.data._service.sdl).toContain('type Event');
  });

  test('believes other services by their signature alone', async () => {
    const body = JSON.stringify({ query: documents.deleteEvent, variables: { id: 'unknown' } });
    const signed = (by: string, viewer: Viewer) =>
      signCall({ method: 'POST', path: '/graphql', body, caller: { viewer } }, by, systemClock);
    const asService: Viewer = { kind: 'service', name: 'ticket' };
    expect((await send(body, signed(serviceSecret, asService))).answer.errors[0].extensions.code).toBe(
      'NOT_FOUND',
    );
    const withToken = { ...signed('x'.repeat(32), asService), ...bearer(tokenOf('ADMIN')) };
    expect(await send(body, withToken)).toMatchObject(refusal);
    const claimed = Buffer.from(JSON.stringify({ viewer: asService })).toString('base64url');
    expect((await send(body, { 'tixgo-caller': claimed })).answer.errors[0].extensions.code).toBe(
      'UNAUTHENTICATED',
    );
  });
});

describe('the environment of a service behind another router', () => {
  const read = (variables: Record<string, string>) =>
    readEventProcess({
      DATA_DIR: 'memory',
      NATS_URL: 'nats://broker:4222',
      SERVICE_SECRET: serviceSecret,
      ...variables,
    });

  test('says by which secret and algorithm tokens are verified', () => {
    const jwt = { SUBGRAPH_AUTH: 'jwt', JWT_SECRET: secret, JWT_ALG: 'HS384' };
    expect(read(jwt).userTokens).toMatchObject({ secret, algorithm: 'HS384' });
    expect(read({ JWT_SECRET: secret }).userTokens).toBeUndefined();
  });

  test.each([
    ['SUBGRAPH_AUTH', { SUBGRAPH_AUTH: 'none' }],
    ['JWT_SECRET', { SUBGRAPH_AUTH: 'jwt' }],
    ['JWT_SECRET', { SUBGRAPH_AUTH: 'jwt', JWT_SECRET: 'short' }],
    ['SERVICE_SECRET must not be JWT_SECRET', { SUBGRAPH_AUTH: 'jwt', JWT_SECRET: serviceSecret }],
  ])('is refused with a line that names %s', (words, variables) => {
    expect(complaintOf(() => read(variables))).toContain(words);
  });
});
