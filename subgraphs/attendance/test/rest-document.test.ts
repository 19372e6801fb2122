import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SmtpServer } from '@tixgo/identity/test/smtp-server.ts';
import { startTestHost, type TestHost } from './host-client.ts';
import {
  breachOf,
  type OpenApiDocument,
  type Operation,
  openApiOf,
  operationsOf,
  validatorOf,
} from './rest-openapi.ts';

let smtp: SmtpServer;
let host: TestHost;
let identityUrl: string;
let documents: Readonly<Record<'host' | 'identity', OpenApiDocument>>;
beforeAll(async () => {
  smtp = await SmtpServer.start();
  const mail = { SMTP_URL: `smtp://127.0.0.1:${smtp.port}`, MAIL_FROM: 'TixGo <tickets@example.org>' };
  host = await startTestHost({ DEMO_DATA: 'true', ...mail });
  identityUrl = `http://127.0.0.1:${host.host.identityPort}`;
  documents = { host: await openApiOf(host.url), identity: await openApiOf(identityUrl) };
}, 60_000);
afterAll(async () => {
  await host.close();
  await smtp.stop();
});

const authPaths = [
  'POST /auth/register',
  'POST /auth/login',
  'POST /auth/logout',
  'GET /auth/me',
  'GET /auth/verify',
  'POST /auth/request-password-reset',
  'POST /auth/reset-password',
];
const hostPaths = [
  'POST /checkins',
  'GET /checkins',
  'GET /attendance/{event_id}',
  'GET /attendance/{event_id}.csv',
  'GET /events',
  'POST /events',
  'GET /events/my/events',
  'GET /events/{id}',
  'PUT /events/{id}',
  'DELETE /events/{id}',
  'GET /events/{id}/summary',
  'GET /events/{id}/ticket-types',
  'POST /tickets/book',
  'GET /tickets/orders',
  'GET /tickets/orders/{id}',
  'PUT /tickets/orders/{id}',
  'POST /events/{id}/tickets/import',
  'GET /events/{id}/tickets/imports',
  'GET /ticket-imports/{id}',
  'GET /ticket-imports/{id}/errors.csv',
  'POST /payments/process',
  'GET /payments/history',
  'GET /payments/{id}',
  ...authPaths.map((each) => each.replace(' /', ' /api/')),
];
const forEveryone =
  /^(POST|GET) (\/api)?\/(auth\/(register|login|request-password-reset|reset-password)|events|events\/\{id\}(\/ticket-types)?)$/;

describe.each(['host', 'identity'] as const)('the document of %s', (which) => {
  test('has every route once', () => {
    const expected = which === 'host' ? hostPaths : authPaths;
    expect(
      operationsOf(documents[which])
        .map(({ name }) => name)
        .sort(),
    ).toEqual([...expected].sort());
  });

  test('is OpenAPI 3.1: schemas of its dialect, parameters as in the path, words for each answer', () => {
    const { openapi, info } = documents[which];
    expect([openapi, typeof info.title, typeof info.version]).toEqual(['3.1.0', 'string', 'string']);
    for (const operation of operationsOf(documents[which])) {
      const { path, parameters, responses, summary, tags, bodySchema } = operation;
      expect([typeof summary, tags]).toEqual(['string', [expect.any(String)]]);
      const named = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name);
      const inPath = parameters.filter((each) => each.in === 'path');
      expect(inPath.map(({ name, required }) => [name, required])).toEqual(named.map((name) => [name, true]));
      for (const { schema } of parameters) validatorOf(schema);
      if (bodySchema) validatorOf(bodySchema);
      for (const { description, content = {} } of Object.values(responses)) {
        expect(description).toMatch(/\w+ \w+/);
        for (const { schema } of Object.values(content)) validatorOf(schema);
      }
    }
  });

  test('says who may ask, with a token or with a cookie', () => {
    const { securitySchemes } = documents[which].components;
    expect(securitySchemes).toEqual({
      bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
      cookie: { type: 'apiKey', in: 'cookie', name: 'tixgo_access' },
    });
    for (const { name, security } of operationsOf(documents[which])) {
      const isOpen = forEveryone.test(name) && name !== 'POST /events';
      expect([name, security]).toEqual([name, isOpen ? undefined : [{ bearer: [] }, { cookie: [] }]]);
    }
  });

  test('has every method of every address: another one is refused with those there are', async () => {
    const base = which === 'host' ? host.url : identityUrl;
    for (const [path, item] of Object.entries(documents[which].paths)) {
      const methods = Object.keys(item).map((verb) => verb.toUpperCase());
      const allow = [...methods, ...(methods.includes('GET') ? ['HEAD'] : [])].sort().join(', ');
      const address = path.replaceAll(/\{[^}]+\}/g, 'evt1');
      const addresses =
        which === 'host' && !path.startsWith('/api/') ? [address, `/api${address}`] : [address];
      for (const method of ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
        if (allow.split(', ').includes(method)) continue;
        for (const each of addresses) {
          const { status, headers } = await fetch(base + each, { method });
          expect([method, each, status, headers.get('allow')]).toEqual([method, each, 405, allow]);
        }
      }
    }
  });

  test('tells of every route how it fails', () => {
    for (const { name, method, responses } of operationsOf(documents[which])) {
      const common = method === 'GET' ? [400, 401, 429, 503] : [400, 401, 403, 413, 415, 429, 503];
      const statuses = Object.keys(responses).map(Number);
      expect([name, statuses]).toEqual([name, expect.arrayContaining(common)]);
      expect(statuses).not.toContain(500);
    }
  });
});

/** What stands in for ids, which nobody can know before. */
interface Known {
  readonly token?: string;
  readonly parameters?: Record<string, string>;
  readonly body?: object;
}

/** What a mail that is on its way brings. */
async function mailedToken(): Promise<string | undefined> {
  for (;;) {
    const token = smtp.received.flatMap(({ text }) => /#token=([\w-]+)/.exec(text)?.[1] ?? []).at(-1);
    smtp.received.length = 0;
    if (token !== undefined) return token;
    await smtp.next();
  }
}

/** Sends what the document shows, or where it shows nothing what is known. */
async function send(
  base: string,
  { method, path, parameters, example, bodyType }: Operation,
  known: Known,
): Promise<Response> {
  const textOf = (name: string, shown: string | undefined) =>
    encodeURIComponent(known.parameters?.[name] ?? shown ?? '');
  const filled = path.replace(/\{([^}]+)\}/g, (_match, name: string) =>
    textOf(name, parameters.find((each) => each.in === 'path' && each.name === name)?.example),
  );
  const query = parameters.flatMap(({ name, in: place, example: shown }) =>
    place === 'query' && shown !== undefined ? [`${name}=${encodeURIComponent(shown)}`] : [],
  );
  const body = known.body ?? example;
  return await fetch(`${base}${filled}?${query.join('&')}`, {
    method,
    headers: {
      ...(known.token !== undefined && { authorization: `Bearer ${known.token}` }),
      ...(body !== undefined && bodyType !== undefined && { 'content-type': bodyType }),
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
}

async function answerAsDocumented(base: string, document: OpenApiDocument, name: string, known: Known) {
  const operation = operationsOf(document).find((each) => each.name === name);
  if (!operation) throw new Error(`There is no ${name}.`);
  const response = await send(base, operation, known);
  const told = [name, response.status, await response.clone().text()];
  expect(told).toEqual([name, operation.success, expect.any(String)]);
  expect(await breachOf(operation, response.clone())).toBeUndefined();
  return response.status === 204 ? undefined : await response.json().catch(() => undefined);
}

describe('the examples', () => {
  test('of identity are answered as documented', async () => {
    const ask = (name: string, known: Known) =>
      answerAsDocumented(identityUrl, documents.identity, name, known);
    await ask('POST /auth/register', {});
    const login = (await ask('POST /auth/login', {})) as { access_token: string };
    for (const name of ['GET /auth/me', 'GET /auth/verify', 'POST /auth/logout'])
      await ask(name, { token: login.access_token });
    const account = { username: 'forgetful', password: 'testpass123', email: 'forgetful@example.org' };
    await ask('POST /auth/register', { body: account });
    await ask('POST /auth/request-password-reset', { body: { username: account.username } });
    const body = { token: await mailedToken(), password: 'another-pass' };
    await ask('POST /auth/reset-password', { body });
  });

  test('of the host are answered as documented', async () => {
    // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever shape it asked for
    const ask = async (name: string, known: Known): Promise<any> => {
      asked.push(name);
      return await answerAsDocumented(host.url, documents.host, name, known);
    };
    const asked: string[] = [];
    const [admin, scanner] = [{ token: host.admin }, await host.person('exemplar', 'COMMITTEE')];
    const created = await ask('POST /events', admin);
    for (const path of ['/events', '/events/my/events', '/events/{id}', '/events/{id}/summary']) {
      await ask(`GET ${path}`, admin);
    }
    await ask('PUT /events/{id}', admin);
    await ask('DELETE /events/{id}', { ...admin, parameters: { id: created.id } });
    await ask('POST /checkins', scanner);
    for (const path of ['/checkins', '/attendance/{event_id}', '/attendance/{event_id}.csv']) {
      await ask(`GET ${path}`, scanner);
    }

    const buyer = await host.person('exemplary-buyer');
    const { data } = await host.ask('{ event(id: "evt1") { ticketTypes { id } } }', {}, buyer.token);
    const booking = { event_id: 'evt1', ticket_type_id: data.event.ticketTypes[1].id };
    const types = await ask('GET /events/{id}/ticket-types', {});
    expect(types.map(({ id }: { id: string }) => id)).toEqual(
      data.event.ticketTypes.map(({ id }: { id: string }) => id),
    );
    const order = await ask('POST /tickets/book', { ...buyer, body: booking });
    const of = { ...buyer, parameters: { id: order.id } };
    await ask('GET /tickets/orders', buyer);
    await ask('GET /tickets/orders/{id}', of);
    const payment = await ask('POST /payments/process', { ...buyer, body: { order_id: order.id } });
    await ask('GET /payments/history', buyer);
    await ask('GET /payments/{id}', { ...buyer, parameters: { id: payment.id } });
    const other = await ask('POST /tickets/book', { ...buyer, body: booking });
    await ask('PUT /tickets/orders/{id}', { ...buyer, parameters: { id: other.id } });

    const list = await ask('POST /events/{id}/tickets/import', admin);
    await ask('GET /events/{id}/tickets/imports', scanner);
    for (const path of ['/ticket-imports/{id}', '/ticket-imports/{id}/errors.csv'])
      await ask(`GET ${path}`, { ...scanner, parameters: { id: list.id } });

    const account = { username: 'exemplary', password: 'testpass123', email: 'exemplary@example.org' };
    await ask('POST /api/auth/register', { body: account });
    const { email: _email, ...credentials } = account;
    const { access_token: token } = await ask('POST /api/auth/login', { body: credentials });
    for (const name of ['GET /api/auth/me', 'GET /api/auth/verify', 'POST /api/auth/logout']) {
      await ask(name, { token });
    }
    await ask('POST /api/auth/request-password-reset', { body: { username: account.username } });
    const reset = { token: await mailedToken(), password: 'another-pass' };
    await ask('POST /api/auth/reset-password', { body: reset });
    expect(new Set(asked)).toEqual(new Set(hostPaths));
  });
});
