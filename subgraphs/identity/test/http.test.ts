import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { systemClock } from '@tixgo/platform/clock.ts';
import { InProcessBus } from '@tixgo/platform/facts/in-process-bus.ts';
import type { HttpService } from '@tixgo/platform/http/http-service.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import { createTestDatabase, type TestDatabase } from '@tixgo/platform/testing/test-database.ts';
import { AccessTokens } from '@tixgo/platform/tokens.ts';
import { identityHttpService } from '../http.ts';
import { buildIdentitySubgraph } from '../subgraph.ts';
import { noLookup, testEnvironment } from './identity-system.ts';

let database: TestDatabase;
let http: HttpService;
let isReady = true;
beforeAll(async () => {
  database = await createTestDatabase();
  const log = createLog('silent');
  const { tokens: tokenSettings } = testEnvironment;
  const bus = new InProcessBus(log);
  const subgraph = buildIdentitySubgraph({
    database,
    bus,
    log,
    clock: systemClock,
    lookup: noLookup,
    environment: testEnvironment,
  });
  http = await identityHttpService({
    isReady: async () => isReady,
    drainTime: 0,
    log,
    database,
    subgraph,
    tokens: new AccessTokens(tokenSettings, systemClock),
    environment: {
      publicUrl: 'http://localhost:18081',
      corsOrigins: [],
      limits: { perAddress: 0, perViewer: 0 },
      trustProxy: false,
    },
  });
});
afterAll(async () => {
  await http.close();
  await database.close();
});

const get = async (url: string) => {
  const { statusCode, body } = await http.app.inject({ url });
  return { statusCode, body: JSON.parse(body) };
};

test('a monitor sees that the service is alive', async () => {
  expect(await get('/health')).toEqual({
    statusCode: 200,
    body: { status: 'ok', service: 'identity-service' },
  });
});

test('a balancer sees whether it can serve: with its database, and until it stops', async () => {
  expect(await get('/ready')).toMatchObject({ statusCode: 200 });
  isReady = false;
  expect(await get('/ready')).toMatchObject({ statusCode: 503 });
  expect(await get('/health')).toMatchObject({ statusCode: 200 });
  isReady = true;
  await http.drain();
  expect(await get('/ready')).toMatchObject({ statusCode: 503 });
});
