import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '@tixgo/platform/clock.ts';
import { createHttpService } from '@tixgo/platform/http/http-service.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import { remoteSource } from '@tixgo/platform/subgraphs/remote-source.ts';
import { subgraphEndpoint, subgraphPath } from '@tixgo/platform/subgraphs/subgraph-endpoint.ts';
import { startTraceCollector } from '@tixgo/platform/testing/trace-collector.ts';
import { startTracing } from '@tixgo/platform/tracing/start-tracing.ts';
import { tracedSubgraph } from '@tixgo/platform/tracing/traced-subgraph.ts';
import type { Tracing } from '@tixgo/platform/tracing/tracing.ts';
import type { FastifyInstance } from 'fastify';
import { TrustedDocuments } from '../document/trusted-documents.ts';
import { listeningThings, thingsGateway, thingsSubgraph } from './things-gateway.ts';

const log = createLog('silent');
const closing: (() => Promise<unknown>)[] = [];
let collector: Awaited<ReturnType<typeof startTraceCollector>>;
beforeEach(async () => {
  collector = await startTraceCollector();
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  await collector.close();
});

const tracingOf = async (service: string, ratio = 1, isWithin = false): Promise<Tracing> => {
  const tracing = await startTracing({ endpoint: collector.endpoint, ratio }, service, log, isWithin);
  if (!tracing) throw new Error('There is no tracing.');
  return tracing;
};
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const thing = 'query Thing($id: ID!) { thing(id: $id) { id } }';
const trusting = new TrustedDocuments('prefer', [
  {
    format: 'apollo-persisted-query-manifest',
    version: 1,
    operations: [{ id: sha256(thing), name: 'Thing', type: 'query', body: thing }],
  },
]);

const ask = async (app: FastifyInstance, query: string, { variables = {}, headers = {} } = {}) =>
  (
    await app.inject({
      method: 'POST',
      url: '/graphql',
      payload: { query, variables },
      headers: { 'content-type': 'application/json', ...headers },
    })
  ).json();

/** Asks a gateway over a subgraph in its process, and answers the spans of it. */
async function spansOf(
  query: string,
  request: Parameters<typeof ask>[2] & { readonly ratio?: number; readonly times?: number } = {},
) {
  const tracing = await tracingOf('gateway-service', request.ratio);
  const app = await thingsGateway({ tracing, environment: { trustedDocuments: trusting } });
  closing.push(() => app.close());
  for (let time = 0; time < (request.times ?? 1); time += 1) await ask(app, query, request);
  await tracing.stop();
  const { spans } = collector;
  return {
    operations: spans.filter(({ kind }) => kind === 2),
    fetches: spans.filter(({ kind }) => kind !== 2),
  };
}

const client = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const traceparent = `00-${client.traceId}-${client.spanId}-01`;

describe('an operation', () => {
  test('is a span with one for each of its fetches below it, on both ways', async () => {
    const { operations, fetches } = await spansOf(thing, { variables: { id: '1' }, times: 2 });
    expect(operations).toHaveLength(2);
    for (const [index, { traceId, spanId, ...operation }] of operations.entries()) {
      expect(operation).toMatchObject({
        service: 'gateway-service',
        name: 'query Thing',
        parentSpanId: undefined,
        status: 0,
        attributes: {
          'graphql.operation.name': 'Thing',
          'graphql.operation.type': 'query',
          'graphql.document.hash': expect.stringMatching(/^[0-9a-f]{64}$/),
          'tixgo.request_id': 'the-request',
        },
      });
      expect(fetches[index]).toMatchObject({
        name: 'fetch things',
        kind: 1,
        traceId,
        parentSpanId: spanId,
        attributes: {
          'tixgo.subgraph': 'things',
          'graphql.operation.type': 'query',
          'tixgo.fetch.path': '',
        },
      });
    }
    expect(operations[0]?.traceId).not.toBe(operations[1]?.traceId);
  });

  test('of a document that nobody vouches for has no name, and none tells what it was asked with', async () => {
    const query = 'query Hidden($id: ID!) { thing(id: $id) { id } other: thing(id: "a literal") { name } }';
    const first = await spansOf(query, { variables: { id: 'a secret' } });
    expect(first.operations).toHaveLength(1);
    expect(first.operations[0]).toMatchObject({ name: 'query' });
    expect(collector.text()).not.toMatch(/Hidden|secret|literal/);
  });

  test('has the hash of its document, whatever literals stand in it', async () => {
    const hashOf = async (id: string) =>
      (await spansOf(`{ thing(id: "${id}") { id } }`)).operations.at(-1)?.attributes['graphql.document.hash'];
    expect(await hashOf('1')).toBe(await hashOf('2'));
  });

  test('that fails tells by which codes, never by words', async () => {
    const { operations, fetches } = await spansOf('{ broken }');
    for (const span of [...operations, ...fetches]) {
      expect(span).toMatchObject({ status: 2, attributes: { 'error.type': 'INTERNAL_SERVER_ERROR' } });
    }
    expect(collector.text()).not.toContain('inner words');
  });

  test('goes on with the trace of its client, and takes nothing else from it', async () => {
    const headers = { traceparent, tracestate: 'vendor=word', baggage: 'user=somebody' };
    const { operations, fetches } = await spansOf(thing, { variables: { id: '1' }, headers });
    expect(operations[0]).toMatchObject({ traceId: client.traceId, parentSpanId: client.spanId });
    expect(fetches[0]).toMatchObject({ traceId: client.traceId, parentSpanId: operations[0]?.spanId });
    expect(collector.text()).not.toMatch(/vendor|somebody/);
  });

  test('that is answered before the framework goes on with it as well', async () => {
    const tracing = await tracingOf('gateway-service');
    const { http, url } = await listeningThings({ tracing });
    const headers = { 'content-type': 'application/json', traceparent };
    const body = JSON.stringify({ query: thing, variables: { id: '1' } });
    for (let time = 0; time < 3; time += 1) await fetch(url, { method: 'POST', headers, body });
    await http.close();
    await tracing.stop();
    const operations = collector.spans.filter(({ kind }) => kind === 2);
    expect(operations.map(({ parentSpanId }) => parentSpanId)).toEqual(Array(3).fill(client.spanId));
  });

  test.each([
    'nonsense',
    `${traceparent}-more`,
    `ff${traceparent.slice(2)}`,
    traceparent.replace(client.traceId, '0'.repeat(32)),
    traceparent.toUpperCase(),
    `${traceparent}, ${traceparent}`,
  ])('begins a trace of its own where the client says %s', async (header) => {
    const { operations } = await spansOf(thing, { variables: { id: '1' }, headers: { traceparent: header } });
    expect(operations).toHaveLength(1);
    expect(operations[0]?.parentSpanId).toBeUndefined();
    expect(operations[0]?.traceId).not.toBe(client.traceId);
  });

  test('is left out where the client left its part out, or the operator wants none', async () => {
    await spansOf(thing, {
      variables: { id: '1' },
      headers: { traceparent: traceparent.replace(/1$/, '0') },
    });
    await spansOf(thing, { variables: { id: '1' }, headers: { traceparent }, ratio: 0 });
    expect(collector.spans).toEqual([]);
  });

  test('is kept by chance, whatever trace the client calls it a part of, and then wholly', async () => {
    const low = traceparent.replace(client.traceId, `${'0'.repeat(15)}1${'0'.repeat(15)}1`);
    const { operations, fetches } = await spansOf(thing, {
      variables: { id: '1' },
      headers: { traceparent: low },
      ratio: 0.5,
      times: 60,
    });
    expect(operations.length).toBeGreaterThan(0);
    expect(operations.length).toBeLessThan(60);
    expect(fetches.map(({ parentSpanId }) => parentSpanId)).toEqual(operations.map(({ spanId }) => spanId));
  });
});

describe('a subgraph in another process', () => {
  /** @param tracing the subgraph's */
  async function served(tracing: Tracing | undefined) {
    const heard: (string | undefined)[] = [];
    const http = createHttpService({ name: 'things-service', log, isReady: async () => true });
    const serviceSecret = 's'.repeat(40);
    const { isDraining } = http;
    const things = thingsSubgraph();
    const subgraph = tracing ? tracedSubgraph(things, tracing) : things;
    const endpoint = subgraphEndpoint({
      subgraph,
      serviceSecret,
      clock: systemClock,
      log,
      isDraining,
    });
    http.serveFirst(subgraphPath, (request, response) => {
      heard.push(request.headersDistinct.traceparent?.[0]);
      expect(request.headers).not.toHaveProperty('baggage');
      endpoint(request, response);
    });
    const port = await http.listen({ host: '127.0.0.1', port: 0, portVariable: 'TEST_PORT' });
    const url = `http://127.0.0.1:${port}${subgraphPath}`;
    const source = remoteSource({ name: 'things', url, serviceSecret, clock: systemClock, log });
    closing.push(
      () => http.close(),
      () => source.close(),
    );
    return { source, heard };
  }

  test('goes on with the fetch that asked it', async () => {
    const [own, tracing] = await Promise.all([tracingOf('things-service'), tracingOf('gateway-service')]);
    const { source } = await served(own);
    const app = await thingsGateway({ tracing, source });
    closing.push(() => app.close());
    await ask(app, thing, { variables: { id: '1' }, headers: { traceparent, baggage: 'a=b' } });
    await Promise.all([own.stop(), tracing.stop()]);
    const named = (name: string, service: string) =>
      collector.spans.find((span) => span.name === name && span.service === service);
    const operation = named('query', 'gateway-service');
    const fetch = named('fetch things', 'gateway-service');
    const call = named('query', 'things-service');
    expect(collector.spans).toHaveLength(3);
    expect(operation).toMatchObject({ traceId: client.traceId, parentSpanId: client.spanId });
    expect(fetch).toMatchObject({ kind: 3, traceId: client.traceId, parentSpanId: operation?.spanId });
    expect(call).toMatchObject({
      kind: 2,
      traceId: client.traceId,
      parentSpanId: fetch?.spanId,
      attributes: { 'graphql.operation.type': 'query', 'tixgo.request_id': 'the-request' },
    });
  });

  test('does so also for calls that come in one exchange', async () => {
    // What the gateway keeps its services keep as well.
    const [own, tracing] = await Promise.all([
      tracingOf('things-service', 0, true),
      tracingOf('gateway-service'),
    ]);
    const { source, heard } = await served(own);
    const app = await thingsGateway({ tracing, source });
    closing.push(() => app.close());
    const askAll = async (ids: readonly string[]) =>
      await Promise.all(ids.map((id) => ask(app, thing, { variables: { id } })));
    await askAll(['1']);
    await askAll(['2', '3', '4']);
    await Promise.all([own.stop(), tracing.stop()]);
    expect(heard).toHaveLength(2);
    const fetches = collector.spans.filter(({ name }) => name === 'fetch things');
    const calls = collector.spans.filter(({ service }) => service === 'things-service');
    expect(calls.map(({ parentSpanId }) => parentSpanId).sort()).toEqual(
      fetches.map(({ spanId }) => spanId).sort(),
    );
    expect(calls).toHaveLength(4);
  });

  test('hears of no trace from a gateway that makes none', async () => {
    const { source, heard } = await served(undefined);
    const app = await thingsGateway({ source });
    closing.push(() => app.close());
    expect(await ask(app, thing, { variables: { id: '1' }, headers: { traceparent } })).toEqual({
      data: { thing: { id: '1' } },
    });
    expect(heard).toEqual([undefined]);
  });
});

describe('a collector', () => {
  test('that hangs holds nobody up for long, neither requests nor a stop', async () => {
    collector.hang();
    const started = performance.now();
    const { operations } = await spansOf(thing, { variables: { id: '1' } });
    expect(operations).toEqual([]);
    expect(performance.now() - started).toBeLessThan(8_000);
  });

  test('that nobody named is no tracing', async () => {
    expect(await startTracing(undefined, 'gateway-service', log)).toBeUndefined();
  });
});
