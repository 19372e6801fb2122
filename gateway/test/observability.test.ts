import { afterEach, describe, expect, test } from '@jest/globals';
import { serveMetrics } from '@tixgo/platform/metrics.ts';
import type { FastifyInstance } from 'fastify';
import { TrustedDocuments } from '../document/trusted-documents.ts';
import { GatewayMetrics } from '../observability/gateway-metrics.ts';
import { measuredOperations } from '../observability/measured-operations.ts';
import { thingsGateway } from './things-gateway.ts';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

const json = { 'content-type': 'application/json' };
const ask = async (app: FastifyInstance, query: string, headers = {}) =>
  (
    await app.inject({
      method: 'POST',
      url: '/graphql',
      payload: { query },
      headers: { ...json, ...headers },
    })
  ).json();

describe('the figures for Prometheus', () => {
  async function measured() {
    const { registry, port, close } = await serveMetrics('127.0.0.1', 0);
    const body = 'query Thing { thing(id: "1") { id } }';
    const operation = { id: 'a', name: 'Thing', type: 'query', body } as const;
    const manifest = {
      format: 'apollo-persisted-query-manifest',
      version: 1,
      operations: [operation],
    } as const;
    const app = await thingsGateway({
      metrics: new GatewayMetrics(registry),
      environment: { trustedDocuments: new TrustedDocuments('prefer', [manifest]) },
    });
    closing.push(close, () => app.close());
    const read = async () => await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    return { app, read, trusted: body };
  }

  test('count operations by the names of trusted documents alone, and fetches by subgraph', async () => {
    const { app, read, trusted } = await measured();
    for (let time = 0; time < 3; time += 1) await ask(app, trusted);
    await ask(app, 'query Mine { thing(id: "1") { name } }');
    await ask(app, '{ broken }');
    const text = await read();
    expect(text).toMatch(/tixgo_gateway_operation_seconds_count\{operation="Thing",outcome="ok"\} 3/);
    expect(text).toMatch(/tixgo_gateway_operation_seconds_count\{operation="other",outcome="ok"\} 1/);
    expect(text).toMatch(/tixgo_gateway_operation_seconds_count\{operation="other",outcome="partial"\} 1/);
    expect(text).toMatch(/tixgo_gateway_fetch_seconds_count\{subgraph="things",outcome="ok"\} 4/);
    expect(text).toMatch(/tixgo_gateway_fetch_seconds_count\{subgraph="things",outcome="partial"\} 1/);
    expect(text).not.toContain('Mine');
    expect(text).toMatch(/tixgo_gateway_prepared_documents 3/);
    expect(text).toMatch(/tixgo_gateway_supergraph_info\{id="[0-9a-f]{64}"\} 1/);
    expect(text).toContain('process_cpu_seconds_total');
  });

  test('count operations that are not answered at all', async () => {
    const { registry, close } = await serveMetrics('127.0.0.1', 0);
    closing.push(close);
    const run = async () => {
      throw new Error('unexpected');
    };
    const measured = measuredOperations(run, new GatewayMetrics(registry), () => 'Mine');
    await expect(measured({} as never, {}, {} as never)).rejects.toThrow('unexpected');
    expect(await registry.metrics()).toMatch(
      /tixgo_gateway_operation_seconds_count\{operation="Mine",outcome="failed"\} 1/,
    );
  });

  test('count documents that are refused', async () => {
    const { app, read } = await measured();
    await ask(app, `{ ${Array.from({ length: 40 }, (_, index) => `a${index}: broken`).join(' ')} }`);
    expect(await read()).toMatch(/tixgo_gateway_rejected_documents_total 1/);
  });
});

describe('a request that asks to be explained', () => {
  test('is answered with its plan and its fetches, when it is new and when it is known', async () => {
    const app = await thingsGateway();
    closing.push(() => app.close());
    for (let time = 0; time < 2; time += 1) {
      const { data, extensions } = await ask(app, '{ thing(id: "1") { id } }', { 'tixgo-explain': '1' });
      expect(data).toEqual({ thing: { id: '1' } });
      expect(extensions.explanation).toMatchObject({
        plan: { kind: 'QueryPlan', node: { kind: 'Fetch', serviceName: 'things' } },
        fetches: [{ subgraph: 'things', outcome: 'ok', milliseconds: expect.any(Number) }],
      });
    }
    expect(await ask(app, '{ thing(id: "1") { id } }')).toEqual({ data: { thing: { id: '1' } } });
  });

  test('is answered as any other in production', async () => {
    const app = await thingsGateway({ environment: { limitsAreTold: false } });
    closing.push(() => app.close());
    const answer = await ask(app, '{ thing(id: "1") { id } }', { 'tixgo-explain': '1' });
    expect(answer).toEqual({ data: { thing: { id: '1' } } });
  });
});
