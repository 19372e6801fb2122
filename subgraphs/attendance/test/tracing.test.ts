import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { startTraceCollector } from '@tixgo/platform/testing/trace-collector.ts';
import { createOpenEvent, startTestHost, type TestHost } from './host-client.ts';

let collector: Awaited<ReturnType<typeof startTraceCollector>>;
let system: TestHost;
beforeEach(async () => {
  collector = await startTraceCollector();
  system = await startTestHost({ OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.endpoint}/` });
});
afterEach(() => collector.close());

test('a host that stops has sent its spans, those of REST routes by name and in their callers’ traces', async () => {
  await system.ask(createOpenEvent, { id: 'traced' }, system.admin);
  const traceId = '0af7651916cd43dd8448eb211c80319c';
  const headers = { traceparent: `00-${traceId}-b7ad6b7169203331-01` };
  expect((await fetch(`${system.url}/events/traced`, { headers })).status).toBe(200);
  await system.close();
  const spans = collector.spans.filter((span) => span.traceId === traceId);
  expect(spans.map(({ name, service }) => `${service}: ${name}`).sort()).toEqual([
    'attendance-service: fetch event',
    'attendance-service: query RestEvent',
  ]);
});
