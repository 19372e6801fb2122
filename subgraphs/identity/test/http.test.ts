import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { HttpService } from '@tixgo/platform/http/http-service.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import { createTestDatabase, type TestDatabase } from '@tixgo/platform/testing/test-database.ts';
import { identityHttpService } from '../http.ts';

let database: TestDatabase;
let http: HttpService;
let databaseAnswers = true;
beforeAll(async () => {
  database = await createTestDatabase();
  const watched = { ...database, isReachable: async () => databaseAnswers && (await database.isReachable()) };
  http = identityHttpService({ database: watched, log: createLog('silent') });
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
  databaseAnswers = false;
  expect(await get('/ready')).toMatchObject({ statusCode: 503 });
  expect(await get('/health')).toMatchObject({ statusCode: 200 });
  databaseAnswers = true;
  http.drain();
  expect(await get('/ready')).toMatchObject({ statusCode: 503 });
});
