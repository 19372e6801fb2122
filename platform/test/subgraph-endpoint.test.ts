import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { GraphQLScalarType } from 'graphql';
import { systemClock } from '../clock.ts';
import { buildSubgraph, type RequestScope } from '../graphql/subgraph.ts';
import { createHttpService, type HttpService } from '../http/http-service.ts';
import { createLog } from '../logging.ts';
import { type Caller, signCall } from '../service-signature.ts';
import { subgraphEndpoint, subgraphPath } from '../subgraphs/subgraph-endpoint.ts';
import { userViewer } from '../testing/ask.ts';
import type { Viewer } from '../viewer.ts';
import { readCommonSdl } from './common-sdl.ts';

const serviceSecret = 's'.repeat(40);
const sdl = `${readCommonSdl()}
scalar Large
type Query {
  large: Large @public
  slow: String @public
  timeLeft: Float @public
  whoami(greeting: String! = "hello"): String @public
  broken: String @public
  secret: String @requiresRole(role: ADMIN)
}`;
let http: HttpService;
let port: number;
let slow = Promise.withResolvers<string>();
beforeAll(async () => {
  ({ http, port } = await serve());
});
afterAll(() => http.close());

async function serve() {
  const log = createLog('silent');
  const subgraph = buildSubgraph({
    name: 'test',
    sdl,
    resolvers: {
      Large: new GraphQLScalarType({ name: 'Large' }),
      Query: {
        large: () => 2n ** 64n,
        slow: () => slow.promise,
        timeLeft: (_: unknown, _args: unknown, { deadline }: RequestScope) =>
          deadline === undefined ? null : deadline - performance.now(),
        whoami: (_: unknown, { greeting }: { greeting: string }, { viewer }: { viewer: Viewer }) =>
          `${greeting}, ${viewer.kind === 'user' ? viewer.username : viewer.kind}`,
        broken: () => {
          throw new Error('a secret path');
        },
      },
    },
    createContext: (scope) => scope,
    log,
  });
  const service = createHttpService({ name: 'test-service', log, isReady: async () => true });
  const { isDraining } = service;
  const settings = { subgraph, serviceSecret, clock: systemClock, log, isDraining };
  service.serveFirst(subgraphPath, subgraphEndpoint(settings));
  const listening = await service.listen({ host: '127.0.0.1', port: 0, portVariable: 'TEST_PORT' });
  return { http: service, port: listening };
}

const anna = userViewer('USER', 'anna');
const signed = (body: string, viewer: Viewer = anna) =>
  signCall({ method: 'POST', path: subgraphPath, body, caller: { viewer } }, serviceSecret, systemClock);

async function send(body: string, headers: Record<string, string> = signed(body)) {
  const response = await fetch(`http://127.0.0.1:${port}${subgraphPath}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  const answer = (await response.json()) as {
    data?: unknown;
    errors: { extensions: { code: string; field?: string } }[];
  };
  return { status: response.status, answer };
}
const ask = async (operation: object, viewer?: Viewer) => {
  const body = JSON.stringify(operation);
  return await send(body, signed(body, viewer));
};

describe('a call from the gateway', () => {
  test('runs for its viewer, the first time as the hundredth', async () => {
    for (let time = 0; time < 100; time += 1) {
      expect(await ask({ query: '{ whoami }' })).toEqual({
        status: 200,
        answer: { data: { whoami: 'hello, anna' } },
      });
    }
  });

  test('knows how long its caller waits, where it says so', async () => {
    const body = JSON.stringify({ query: '{ timeLeft }' });
    const sign = (caller: Caller) =>
      signCall({ method: 'POST', path: subgraphPath, body, caller }, serviceSecret, systemClock);
    const { answer } = await send(body, sign({ viewer: anna, patience: 60_000 }));
    expect(answer.data).toEqual({ timeLeft: expect.any(Number) });
    const { timeLeft } = answer.data as { timeLeft: number };
    expect(timeLeft).toBeLessThan(60_000);
    expect(timeLeft).toBeGreaterThan(30_000);
    expect((await send(body, sign({ viewer: anna }))).answer.data).toEqual({ timeLeft: null });
  });

  test('that is asked often still tells by name what does not fit, and takes defaults', async () => {
    const query = 'query ($greeting: String! = "good morning") { whoami(greeting: $greeting) }';
    for (let time = 0; time < 30; time += 1) {
      expect((await ask({ query })).answer).toEqual({ data: { whoami: 'good morning, anna' } });
      expect((await ask({ query, variables: { greeting: 7 } })).answer.errors[0]).toMatchObject({
        extensions: { code: 'BAD_USER_INPUT', field: 'greeting' },
      });
    }
  });

  test.each([
    ['a document that is wrong', { query: '{ nothing }' }, 'GRAPHQL_VALIDATION_FAILED'],
    ['no document', { query: '' }, 'GRAPHQL_PARSE_FAILED'],
    [
      'an operation that is not there',
      { query: '{ whoami }', operationName: 'x' },
      'OPERATION_RESOLUTION_FAILURE',
    ],
    ['what the viewer may not have', { query: '{ secret }' }, 'FORBIDDEN'],
    ['what fails', { query: '{ broken }' }, 'INTERNAL_SERVER_ERROR'],
  ])('with %s is answered with 200 and the code', async (_what, operation, code) => {
    const { status, answer } = await ask(operation);
    expect(status).toBe(200);
    expect(answer.errors[0]?.extensions.code).toBe(code);
    expect(JSON.stringify(answer)).not.toContain('secret path');
  });
});

test('an answer that is no JSON costs its own call, not the process', async () => {
  expect(await ask({ query: '{ large }' })).toMatchObject({
    status: 500,
    answer: { errors: [{ extensions: { code: 'INTERNAL_SERVER_ERROR' } }] },
  });
  expect((await ask({ query: '{ whoami }' })).status).toBe(200);
});

test('a service that stops answers what comes over open connections, and ends each with its answer', async () => {
  const { http: stopping, port: stoppingPort } = await serve();
  const agent = new Agent({ keepAlive: true });
  const call = async (query: string) => {
    const body = JSON.stringify({ query });
    const headers = { ...signed(body), 'content-length': Buffer.byteLength(body) };
    const sent = request({ port: stoppingPort, path: subgraphPath, method: 'POST', headers, agent });
    sent.end(body);
    const [answer] = await once(sent, 'response');
    return { data: JSON.parse(await text(answer)).data, connection: answer.headers.connection };
  };
  slow = Promise.withResolvers();
  const arrived = once(stopping.app.server, 'request');
  const underWay = call('{ slow }');
  await arrived;
  expect(await call('{ whoami }')).toEqual({ data: { whoami: 'hello, anna' }, connection: 'keep-alive' });
  await stopping.drain();
  expect(await call('{ whoami }')).toEqual({ data: { whoami: 'hello, anna' }, connection: 'close' });
  slow.resolve('at last');
  expect(await underWay).toEqual({ data: { slow: 'at last' }, connection: 'close' });
  await stopping.close();
  agent.destroy();
});

describe('a call that is no operation', () => {
  test.each([
    'nonsense',
    '[]',
    '"text"',
    'null',
    '{}',
    '{"query":7}',
    '{"query":"{ whoami }","variables":[]}',
    '{"query":"{ whoami }","variables":"x"}',
    '{"query":"{ whoami }","operationName":{}}',
  ])('%s is answered with 400', async (body) => {
    expect(await send(body)).toMatchObject({
      status: 400,
      answer: { errors: [{ extensions: { code: 'BAD_REQUEST' } }] },
    });
  });

  test('takes null for absent', async () => {
    const { status, answer } = await ask({ query: '{ whoami }', variables: null, operationName: null });
    expect([status, answer]).toEqual([200, { data: { whoami: 'hello, anna' } }]);
  });

  test('by GET is answered with 405', async () => {
    const response = await fetch(`http://127.0.0.1:${port}${subgraphPath}`, { headers: signed('') });
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST']);
  });

  test('of more than a mebibyte is answered with 413, and the service goes on', async () => {
    const body = JSON.stringify({ query: '{ whoami }', variables: { a: 'x'.repeat(1024 * 1024) } });
    expect((await send(body)).status).toBe(413);
    expect((await ask({ query: '{ whoami }' })).status).toBe(200);
  });

  test('because its body broke off is forgotten, and the service goes on', async () => {
    const socket = connect(port, '127.0.0.1');
    const arrived = once(http.app.server, 'request');
    const head = Object.entries({ host: 'x', 'content-length': '50', ...signed('') });
    socket.write(
      `POST ${subgraphPath} HTTP/1.1\r\n${head.map((line) => `${line.join(': ')}\r\n`).join('')}\r\nhalf`,
    );
    const [, response] = await arrived;
    const given = once(response, 'close');
    socket.destroy();
    await given;
    expect((await ask({ query: '{ whoami }' })).status).toBe(200);
  });
});

describe('a call that nobody signed', () => {
  const body = JSON.stringify({ query: '{ whoami }' });

  test.each<[string, Record<string, string>]>([
    ['without a signature', {}],
    ['with a signature of another body', signed('{}')],
    ['with a user’s token', { authorization: 'Bearer a.b.c' }],
    ['with a signature of nonsense', { ...signed(body), 'tixgo-signature': 't=1,v1=x' }],
    [
      'with another caller',
      { ...signed(body), 'tixgo-caller': signed(body, userViewer('ADMIN'))['tixgo-caller'] ?? '' },
    ],
  ])('%s is answered with 401', async (_what, headers) => {
    expect(await send(body, headers)).toMatchObject({
      status: 401,
      answer: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] },
    });
  });

  test('is refused before its body has come', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write(`POST ${subgraphPath} HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n`);
    const [head] = await new Promise<string[]>((resolve) =>
      socket.once('data', (data) => resolve(String(data).split('\r\n'))),
    );
    expect(head).toBe('HTTP/1.1 401 Unauthorized');
    await new Promise((closed) => socket.once('close', closed));
  });
});

test('everything else is answered as before', async () => {
  expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
  expect((await fetch(`http://127.0.0.1:${port}/graphql/more`)).status).toBe(404);
});
