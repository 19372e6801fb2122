import { once } from 'node:events';
import { createServer, get, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { beforeAbort, type Deadline, deadlineOf } from '../http/deadline.ts';

const patience = 300;
const server = createServer();
const requested = async () => {
  const [, response] = (await once(server, 'request')) as [unknown, ServerResponse];
  return response;
};
beforeEach(async () => {
  await once(server.listen(0, '127.0.0.1'), 'listening');
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** @returns the deadline of a request, and what is left to do with it */
async function begun() {
  const coming = requested();
  const request = get(`http://127.0.0.1:${(server.address() as AddressInfo).port}`).on('error', () => {});
  const response = await coming;
  const before = performance.now();
  const until: Deadline = deadlineOf(response, patience);
  return { request, response, before, until };
}

test('a request has its time, also when its client has left', async () => {
  const { request, response, before, until } = await begun();
  const closed = once(response, 'close');
  request.destroy();
  await closed;
  expect(until.signal.aborted).toBe(false);
  await once(until.signal, 'abort');
  expect(until.deadline - before).toBeGreaterThanOrEqual(patience);
  expect(performance.now() - before).toBeGreaterThanOrEqual(patience - 2);
});

test('nothing happens at the deadline of one that was answered', async () => {
  const { response, until } = await begun();
  const closed = once(response, 'close');
  response.end();
  await closed;
  await pause(patience + 50);
  expect(until.signal.aborted).toBe(false);
});

test('nobody waits for anything when the time is over already, and what it comes to is heard by nobody', async () => {
  const work = Promise.reject(new Error('late'));
  await expect(beforeAbort(work, AbortSignal.abort())).rejects.toMatchObject({
    code: 'SUBGRAPH_UNAVAILABLE',
  });
});
