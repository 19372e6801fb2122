import { afterEach, expect, test } from '@jest/globals';
import type { HttpService } from '../http/http-service.ts';
import { restService, tokenOf, whoRoute } from './rest-service.ts';

const services: HttpService[] = [];
afterEach(async () => {
  for (const service of services.splice(0)) await service.close();
});

async function door(maxDelay: number) {
  const service = await restService({ maxDelay }, whoRoute);
  service.app.post('/graphql', async () => ({ data: {} }));
  await service.app.ready();
  services.push(service);
  const ask = async (url: string, headers: Record<string, string> = {}) =>
    await service.app.inject({ url, headers, method: url === '/graphql' ? 'POST' : 'GET' });
  return { ask, isUnderPressure: () => service.app.isUnderPressure() };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Keeps the event loop from its work, again and again, until it is seen. */
async function keepBusyUntil(isSeen: () => boolean): Promise<void> {
  while (!isSeen()) {
    const end = performance.now() + 150;
    while (performance.now() < end);
    await turn();
  }
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

test('a process that is late turns people away, but no door staff and nobody who asks whether it lives', async () => {
  const { ask, isUnderPressure } = await door(50);
  expect((await ask('/who')).statusCode).toBe(200);
  await keepBusyUntil(isUnderPressure);
  const refused = await ask('/who', bearer(tokenOf('ada')));
  expect(refused.statusCode).toBe(503);
  expect(refused.headers['retry-after']).toBe('2');
  expect(refused.json()).toEqual({ detail: 'Too much to do just now; try again in 2 seconds.' });
  await keepBusyUntil(isUnderPressure);
  expect((await ask('/graphql')).json()).toMatchObject({
    errors: [{ extensions: { code: 'OVERLOADED', retryAfterSeconds: 2 } }],
  });
  await keepBusyUntil(isUnderPressure);
  expect((await ask('/who', bearer(tokenOf('door', 'SCANNER')))).statusCode).toBe(200);
  await keepBusyUntil(isUnderPressure);
  expect((await ask('/health')).statusCode).toBe(200);
}, 30_000);

test('it lets them in again once it is in time', async () => {
  const { ask, isUnderPressure } = await door(50);
  await keepBusyUntil(isUnderPressure);
  while (isUnderPressure()) await turn();
  expect((await ask('/who')).statusCode).toBe(200);
}, 30_000);

test('what the start took turns nobody away', async () => {
  const service = await restService({ maxDelay: 50 }, whoRoute);
  services.push(service);
  await service.app.ready();
  const isUnderPressure = () => service.app.isUnderPressure();
  await keepBusyUntil(isUnderPressure);
  const port = await service.listen({ host: '127.0.0.1', port: 0, portVariable: 'TEST_PORT' });
  expect(isUnderPressure()).toBe(true);
  const ask = async () => (await fetch(`http://127.0.0.1:${port}/who`)).status;
  expect(await ask()).toBe(200);
  const later = performance.now() + 1_500;
  await keepBusyUntil(() => isUnderPressure() && performance.now() > later);
  expect(await ask()).toBe(503);
}, 30_000);
