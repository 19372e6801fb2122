import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { GraphQLScalarType } from 'graphql';
import { systemClock } from '../clock.ts';
import { buildSubgraph, type SubgraphResult } from '../graphql/subgraph.ts';
import { createLog } from '../logging.ts';
import { signCall } from '../service-signature.ts';
import {
  AnswerLines,
  acceptedTypes,
  acceptPostHeader,
  answerLine,
  joinedCallsType,
} from '../subgraphs/joined-calls.ts';
import { remoteSource } from '../subgraphs/remote-source.ts';
import { subgraphEndpoint } from '../subgraphs/subgraph-endpoint.ts';
import type { SubgraphSource } from '../subgraphs/subgraph-source.ts';
import { userViewer } from '../testing/ask.ts';
import type { Viewer } from '../viewer.ts';
import { readCommonSdl } from './common-sdl.ts';

const serviceSecret = 's'.repeat(40);
const log = createLog('silent');
const sdl = `${readCommonSdl()}
scalar Large
type Query {
  large: Large @public
  mine(after: Int = 0, said: String): String @public
  held: String @public
  long(megabytes: Int!): String @public
}
type Mutation { pay: String @public }`;

let held: PromiseWithResolvers<string>;
let paid: number;
const nameOf = (viewer: Viewer) => (viewer.kind === 'user' ? viewer.username : viewer.kind);
const subgraph = buildSubgraph({
  name: 'test',
  sdl,
  resolvers: {
    Large: new GraphQLScalarType({ name: 'Large' }),
    Query: {
      large: () => 2n ** 64n,
      mine: async (
        _: unknown,
        { after, said }: { after: number; said: string },
        { viewer }: { viewer: Viewer },
      ) => {
        if (after > 0) await pause(after);
        return `${nameOf(viewer)} said ${said}`;
      },
      held: () => held.promise,
      long: (_: unknown, { megabytes }: { megabytes: number }) => 'x'.repeat(megabytes * 1024 * 1024),
    },
    Mutation: {
      pay: () => {
        paid += 1;
        return held.promise;
      },
    },
  },
  createContext: (scope) => scope,
  log,
});
const endpoint = subgraphEndpoint({
  subgraph,
  serviceSecret,
  clock: systemClock,
  log,
  isDraining: () => false,
});

let server: Server;
let source: SubgraphSource;
/** The content types of what came in. */
let exchanges: (string | undefined)[];
/** What happens to an exchange before the endpoint hears of it; true: it never does. */
let intercept: (...exchange: Parameters<RequestListener>) => boolean;

const url = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;

beforeEach(async () => {
  [exchanges, held, paid, intercept] = [[], Promise.withResolvers(), 0, () => false];
  server = createServer((request, response) => {
    exchanges.push(request.headers['content-type']);
    if (!intercept(request, response)) endpoint(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  source = remoteSource({ name: 'test', url: url(), serviceSecret, clock: systemClock, log });
  await ask('anna', '{ mine }');
  exchanges.length = 0;
});
afterEach(async () => {
  held.resolve('at last');
  await source.close();
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
});

async function ask(
  name: string,
  query: string,
  variables?: Record<string, unknown>,
  signal?: AbortSignal,
): Promise<SubgraphResult> {
  const viewer = userViewer('USER', name);
  return told(await source.execute({ query, variables, signal, viewer, requestId: `of ${name}` }));
}
/** What a result says, however it came. */
const told = ({ data, errors }: SubgraphResult): SubgraphResult => ({ data, ...(errors && { errors }) });
const say = (name: string, said: string) =>
  ask(name, 'query ($said: String) { mine(said: $said) }', { said });
const saying = (name: string, said: string) => ({ data: { mine: `${name} said ${said}` } });
const unavailable = { extensions: { code: 'SUBGRAPH_UNAVAILABLE' } };

describe('calls of one turn of the event loop', () => {
  test('go out in one exchange, each for its own caller', async () => {
    const answers = await Promise.all([say('anna', 'Grüße 🎟\n'), say('ben', 'hello'), say('cleo', '[0,1]')]);
    expect(answers).toEqual([saying('anna', 'Grüße 🎟\n'), saying('ben', 'hello'), saying('cleo', '[0,1]')]);
    expect(exchanges).toEqual([joinedCallsType]);
  });

  test('bring address, user agent, the request’s id and how long they may take along', async () => {
    const scopes: unknown[] = [];
    const timesLeft: number[] = [];
    const watched = subgraphEndpoint({
      subgraph: {
        ...subgraph,
        execute: async ({
          viewer: _viewer,
          query: _query,
          variables: _variables,
          deadline = 0,
          ...scope
        }) => {
          scopes.push(scope);
          timesLeft.push(deadline - performance.now());
          return {};
        },
      },
      serviceSecret,
      clock: systemClock,
      log,
      isDraining: () => false,
    });
    intercept = (request, response) => {
      watched(request, response);
      return true;
    };
    const viewer = userViewer('USER', 'anna');
    await Promise.all(
      [1, 2].map((n) =>
        source.execute({
          query: '{ a }',
          viewer,
          requestId: `r${n}`,
          address: `10.0.0.${n}`,
          userAgent: 'x',
        }),
      ),
    );
    expect(scopes).toEqual([
      { requestId: 'r1', address: '10.0.0.1', userAgent: 'x' },
      { requestId: 'r2', address: '10.0.0.2', userAgent: 'x' },
    ]);
    expect(Math.max(...timesLeft)).toBeLessThanOrEqual(1_700);
    expect(Math.min(...timesLeft)).toBeGreaterThan(0);
  });

  test('of any number, of any length and in any order of answers come back to who asked', async () => {
    const call = fc.record({
      name: fc.constantFrom('anna', 'ben', 'cleo', 'dora'),
      said: fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.nat(70_000).map((length) => 'é'.repeat(length)),
      ),
      after: fc.nat(3),
    });
    const query = 'query ($after: Int, $said: String) { mine(after: $after, said: $said) }';
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 130 }), async (calls) => {
        const answers = await Promise.all(
          calls.map(({ name, said, after }) => ask(name, query, { said, after })),
        );
        expect(answers).toEqual(calls.map(({ name, said }) => saying(name, said)));
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  test('are no more than eight an exchange, nor more than a subgraph reads', async () => {
    await Promise.all(Array.from({ length: 17 }, (_, index) => say('anna', String(index))));
    expect(exchanges.toSorted()).toEqual(['application/json', joinedCallsType, joinedCallsType]);
    exchanges.length = 0;
    await Promise.all(Array.from({ length: 12 }, () => say('anna', 'x'.repeat(100_000))));
    expect(exchanges).toEqual(new Array(12).fill('application/json'));
  });

  test('are answered when they are done, whatever the others do', async () => {
    const slow = ask('anna', '{ held }');
    expect(await say('ben', 'quick')).toEqual(saying('ben', 'quick'));
    held.resolve('at last');
    expect(await slow).toEqual({ data: { held: 'at last' } });
    expect(exchanges).toHaveLength(1);
  });

  test('fail alone', async () => {
    const [large, wrong, good] = await Promise.allSettled([
      ask('anna', '{ large }'),
      ask('anna', '{ nothing }'),
      say('ben', 'fine'),
    ]);
    expect(large).toMatchObject({ status: 'rejected', reason: unavailable });
    expect(wrong).toMatchObject({
      value: { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] },
    });
    expect(good).toMatchObject({ value: saying('ben', 'fine') });
  });

  test('are answered however long all answers are together', async () => {
    const calls = [1, 2, 3].map((at) => ask(`${at}`, '{ long(megabytes: 7) }'));
    for (const { data } of await Promise.all(calls)) expect(String(data?.long)).toHaveLength(7 * 1024 * 1024);
    expect(exchanges).toEqual([joinedCallsType]);
  });

  test('do not fail with one whose answer is too long', async () => {
    const tooLong = ask('anna', '{ long(megabytes: 17) }');
    const others = [ask('ben', '{ mine(after: 100) }'), ask('cleo', 'mutation { pay }')];
    await expect(tooLong).rejects.toMatchObject(unavailable);
    held.resolve('paid');
    expect(await Promise.all(others)).toEqual([
      { data: { mine: 'ben said undefined' } },
      { data: { pay: 'paid' } },
    ]);
    expect(exchanges).toEqual([joinedCallsType]);
  });

  test.each([
    '[0,{"data":',
    '5',
    '[0,5]',
    '',
    '[0,1]',
    '[0,null,1]',
    '[0,{"data":{"mine":"oops,1]',
    '[0,{"errors":[{"message":"inner words"}],"data":null},1]',
  ])('do not fail with one whose answer is broken: %s', async (broken) => {
    intercept = (_request, response) => {
      if (exchanges.length > 1) return false;
      const paidNow = answerLine(1, { data: { pay: 'paid' } });
      response.writeHead(200, { 'content-type': joinedCallsType, [acceptPostHeader]: acceptedTypes });
      response.end(`${broken}\n${paidNow}`);
      return true;
    };
    const answers = await Promise.all([say('anna', 'once more'), ask('cleo', 'mutation { pay }')]);
    expect(answers).toEqual([saying('anna', 'once more'), { data: { pay: 'paid' } }]);
    expect(exchanges).toEqual([joinedCallsType, 'application/json']);
  });

  test('are not asked again once their time is over', async () => {
    const outcomes = await Promise.allSettled([say('anna', 'at once'), ask('ben', '{ held }')]);
    expect(outcomes).toMatchObject([{ value: saying('anna', 'at once') }, { reason: unavailable }]);
    await say('cleo', 'later');
    expect(exchanges).toEqual([joinedCallsType, 'application/json']);
  });

  test('have their own deadlines', async () => {
    const deadline = new AbortController();
    const late = ask('anna', '{ held }', undefined, deadline.signal);
    const patient = ask('ben', '{ held }');
    const over = ask('cleo', '{ held }', undefined, AbortSignal.abort());
    await expect(over).rejects.toMatchObject(unavailable);
    deadline.abort();
    await expect(late).rejects.toMatchObject(unavailable);
    held.resolve('at last');
    expect(await patient).toEqual({ data: { held: 'at last' } });
  });

  test('are given up together when the subgraph is stuck', async () => {
    const begun = performance.now();
    const outcomes = await Promise.allSettled([ask('anna', '{ held }'), ask('ben', 'mutation { pay }')]);
    expect(outcomes).toMatchObject([{ reason: unavailable }, { reason: unavailable }]);
    expect(performance.now() - begun).toBeLessThan(2_000);
    expect(exchanges).toHaveLength(1);
  });
});

describe('an exchange that breaks', () => {
  test('before an answer costs queries nothing, and leaves open whether a mutation was done', async () => {
    let isFirst = true;
    intercept = (request) => {
      if (isFirst) request.socket.resetAndDestroy();
      const broke = isFirst;
      isFirst = false;
      return broke;
    };
    const [query, mutation, other] = await Promise.allSettled([
      say('anna', 'once more'),
      ask('ben', 'mutation { pay }'),
      say('cleo', 'too'),
    ]);
    expect(query).toMatchObject({ value: saying('anna', 'once more') });
    expect(mutation).toMatchObject({ reason: unavailable });
    expect(other).toMatchObject({ value: saying('cleo', 'too') });
    expect([paid, exchanges.length]).toEqual([0, 3]);
  });

  test('between two answers keeps the first, and asks queries alone again', async () => {
    const outcomes = Promise.allSettled([
      say('anna', 'at once'),
      ask('ben', 'mutation { pay }'),
      ask('cleo', '{ held }'),
    ]);
    const [, response] = await once(server, 'request');
    await new Promise((written) => {
      const { write } = response;
      response.write = (...chunk: Parameters<typeof write>) => {
        setImmediate(written);
        return write.apply(response, chunk);
      };
    });
    response.socket.destroy();
    held.resolve('at last');
    expect(await outcomes).toMatchObject([
      { value: saying('anna', 'at once') },
      { reason: unavailable },
      { value: { data: { held: 'at last' } } },
    ]);
    expect([paid, exchanges.length]).toEqual([1, 2]);
  });
});

describe('a process of before there were joined calls', () => {
  const old: RequestListener = (request, response) => {
    const { setHeader } = response;
    const writeHead = response.writeHead.bind(response) as (
      status: number,
      headers: object,
    ) => typeof response;
    Object.assign(response, {
      setHeader: setHeader.bind(response),
      writeHead: (status: number, { [acceptPostHeader]: _new, ...headers }: Record<string, string>) =>
        writeHead(status, headers),
    });
    if (request.headers['content-type'] !== joinedCallsType) return endpoint(request, response);
    request.resume().on('end', () => response.writeHead(400, {}).end('{"errors":[]}'));
  };
  beforeEach(() => {
    intercept = (request, response) => {
      old(request, response);
      return true;
    };
  });

  test('that took over is asked one by one, mutations too', async () => {
    held.resolve('paid');
    const answers = await Promise.all([say('anna', 'first'), ask('ben', 'mutation { pay }')]);
    expect(answers).toEqual([saying('anna', 'first'), { data: { pay: 'paid' } }]);
    expect(exchanges).toEqual([joinedCallsType, 'application/json', 'application/json']);
    expect(paid).toBe(1);
  });

  test('is not tried again until one says that it takes them', async () => {
    await say('anna', 'first');
    exchanges.length = 0;
    const both = async () => await Promise.all([say('anna', 'one'), say('ben', 'two')]);
    await both();
    expect(exchanges).toEqual(['application/json', 'application/json']);
    intercept = () => false;
    await both();
    exchanges.length = 0;
    await both();
    expect(exchanges).toEqual([joinedCallsType]);
  });
});

describe('joined calls of a stranger', () => {
  const line = JSON.stringify({
    caller: { viewer: userViewer('ADMIN', 'mallory') },
    requestId: 'r',
    query: '{ mine }',
  });
  const signed = (body: string, viewer: Viewer) =>
    signCall({ method: 'POST', path: '/graphql', body, caller: { viewer } }, serviceSecret, systemClock);
  const service: Viewer = { kind: 'service', name: 'gateway' };
  async function send(body: string, headers: Record<string, string>): Promise<[number, string]> {
    const answer = await fetch(url(), {
      method: 'POST',
      body,
      headers: { 'content-type': joinedCallsType, ...headers },
    });
    return [answer.status, await answer.text()];
  }

  test('are refused', async () => {
    expect((await send(line, {}))[0]).toBe(401);
    expect((await send(line, signed('{}', service)))[0]).toBe(401);
    expect((await send(line, signed(line, userViewer('ADMIN'))))[0]).toBe(401);
    expect(await send(line, signed(line, service))).toEqual([
      200,
      '[0,{"data":{"mine":"mallory said undefined"}},1]\n',
    ]);
  });

  test.each([
    '',
    'nonsense',
    'null',
    `${line}\n`,
    `${line}\n{"query":"{ mine }","requestId":"r"}`,
    `${line}\n{"caller":{"viewer":{"kind":"root"}},"requestId":"r","query":"{ mine }"}`,
    JSON.stringify({ caller: { viewer: service }, query: 7, requestId: 'r' }),
  ])('that are none are answered with 400, and nothing runs: %j', async (body) => {
    const [status] = await send(body, signed(body, service));
    expect(status).toBe(400);
  });
});

test('lines are read whatever pieces they come in', () => {
  const failed = { data: { b: '\n' }, errors: [{ message: ',1]' }] };
  const tooLong = { data: { c: 'x'.repeat(100) } };
  const results = [{ data: { a: 'ü🎟' } }, null, failed, { data: null }, tooLong, { data: { c: ',1]' } }];
  const whole = Buffer.from(results.map((result, index) => answerLine(index, result)).join(''));
  for (let size = 1; size <= whole.length; size += 1) {
    const read: unknown[] = [];
    const lines = new AnswerLines(100, (index, result) => {
      read[index] = result && told(result);
    });
    for (let start = 0; start < whole.length; start += size) lines.add(whole.subarray(start, start + size));
    expect(read).toEqual(results.map((result) => (result === tooLong ? null : result)));
  }
});
