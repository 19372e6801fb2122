import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../clock.ts';
import { createLog } from '../logging.ts';
import { type Caller, verifyCall } from '../service-signature.ts';
import { remoteSource } from '../subgraphs/remote-source.ts';
import type { SubgraphSource } from '../subgraphs/subgraph-source.ts';
import { userViewer } from '../testing/ask.ts';

const serviceSecret = 's'.repeat(40);

/** The shortest that a process drains for in production, in milliseconds. */
const shortestDrain = 2_000;

/** What was asked, and on the how manieth connection. */
const asked: { readonly query: string; readonly connection: number; readonly caller: Caller }[] = [];
type Behaviour = 'answers' | 'resets' | 'ends' | 'breaks off';
/** What happens to the connections over which the next are asked; afterwards all are answered. */
const misfortunes: Behaviour[] = [];
let server: Server;
let source: SubgraphSource;
let sockets: Socket[];

beforeEach(async () => {
  [asked.length, misfortunes.length, sockets] = [0, 0, []];
  server = createServer(async (request, response) => {
    const body = await text(request);
    const { query } = JSON.parse(body) as { query: string };
    const caller = verifyCall(
      { method: 'POST', path: '/graphql', body, headers: request.headers },
      serviceSecret,
      systemClock,
    );
    asked.push({ query, connection: sockets.indexOf(request.socket) + 1, caller });
    const behaviour = misfortunes.shift() ?? 'answers';
    if (behaviour === 'resets') request.socket.resetAndDestroy();
    else if (behaviour === 'ends') request.socket.destroy();
    else if (behaviour === 'breaks off') {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"data":', () => request.socket.destroy());
    } else response.end('{"data":{"answer":"here"}}');
  }).listen(0, '127.0.0.1');
  server.on('connection', (socket) => sockets.push(socket));
  await once(server, 'listening');
  source = remoteSource({
    name: 'test',
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    serviceSecret,
    clock: systemClock,
    log: createLog('silent'),
  });
});
afterEach(async () => {
  await source.close();
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

const ask = (query: string, operationName?: string) =>
  source.execute({ query, operationName, viewer: userViewer('USER', 'anna'), requestId: 'r' });
const here = { data: { answer: 'here' } };
const unavailable = { code: 'SUBGRAPH_UNAVAILABLE', retryable: true };

describe('a connection that the other side ends when it is asked', () => {
  describe.each(['resets', 'ends'] as const)('(it %s)', (how) => {
    beforeEach(async () => {
      expect(await ask('{ answer }')).toEqual(here);
      asked.length = 0;
      misfortunes.push(how);
    });

    test.each(['{ answer }', 'query Some { answer }', 'fragment A on Query { answer } query { ...A }'])(
      'costs a query nothing: it is asked again over another one (%s)',
      async (query) => {
        expect(await ask(query)).toEqual(here);
        const [first, second] = asked;
        expect(asked.map((each) => each.query)).toEqual([query, query]);
        expect(second?.connection).not.toBe(first?.connection);
      },
    );

    test.each(['mutation { pay }', 'query A { answer } mutation B { pay }'])(
      'leaves open whether a mutation was done, which is not sent again (%s)',
      async (query) => {
        await expect(ask(query, query.startsWith('query') ? 'B' : undefined)).rejects.toMatchObject({
          extensions: unavailable,
        });
        expect(asked).toHaveLength(1);
      },
    );

    test('again and again is given up at the second time', async () => {
      misfortunes.push(how);
      await expect(ask('{ answer }')).rejects.toMatchObject({ extensions: unavailable });
      expect(asked).toHaveLength(2);
    });
  });
});

test('a subgraph that ends every connection is not asked twice by everybody', async () => {
  const queries = 300;
  misfortunes.push(...new Array<Behaviour>(2 * queries).fill('resets'));
  const outcomes = await Promise.allSettled(Array.from({ length: queries }, () => ask('{ answer }')));
  expect(outcomes.every(({ status }) => status === 'rejected')).toBe(true);
  expect(asked).toHaveLength(queries + 100 + 0.2 * queries);
});

test('an answer that breaks off is not asked for again', async () => {
  misfortunes.push('breaks off');
  await expect(ask('{ answer }')).rejects.toMatchObject({ extensions: unavailable });
  expect(asked).toHaveLength(1);
});

test('a connection that idles is ended on our side before the other side may, whatever that says', async () => {
  server.keepAliveTimeout = 60_000;
  await ask('{ answer }');
  const begun = performance.now();
  const [socket] = sockets;
  if (socket) await once(socket, 'close');
  expect(performance.now() - begun).toBeLessThan(shortestDrain);
});

test('a subgraph is told how long its answer is waited for: below two seconds, and no longer than who asks waits', async () => {
  const request = { query: '{ answer }', viewer: userViewer('USER', 'anna'), requestId: 'r' };
  await source.execute(request);
  await source.execute({ ...request, deadline: performance.now() + 500 });
  const [usual = 0, hurried = 0] = asked.map(({ caller }) => caller.patience);
  expect(usual).toBeLessThanOrEqual(1_700);
  expect(usual).toBeGreaterThan(500);
  expect(hurried).toBeLessThanOrEqual(500);
  expect(hurried).toBeGreaterThan(0);
});
