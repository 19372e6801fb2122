import { once } from 'node:events';
import { Agent, createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '@tixgo/platform/clock.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import { remoteSource } from '@tixgo/platform/subgraphs/remote-source.ts';
import { findFreePort } from '@tixgo/platform/testing/free-port.ts';
import { anonymous } from '@tixgo/platform/viewer.ts';
import { Balancer } from '../balancer.ts';

/** A replica that does as it is told, and remembers what reached it. */
class FakeReplica {
  readonly asked: string[] = [];
  isReady = true;
  /** Whether it dies of each request, once it has it. */
  isDeadly = false;
  readonly #server: Server;
  #nextCheck = Promise.withResolvers<void>();

  constructor() {
    this.#server = createServer(async (incoming, response) => {
      if (incoming.url === '/ready') {
        this.#nextCheck.resolve();
        response.writeHead(this.isReady ? 200 : 503).end();
        return;
      }
      this.asked.push(await text(incoming));
      if (this.isDeadly) incoming.socket.resetAndDestroy();
      else response.end('{"data":{"answer":"here"}}');
    });
  }

  async listen(port = 0): Promise<void> {
    this.#server.listen(port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Resolves once the balancer knows whether it is ready: it asks again only when it has heard from all. */
  async known(): Promise<void> {
    for (let check = 0; check < 2; check += 1) {
      this.#nextCheck = Promise.withResolvers();
      await this.#nextCheck.promise;
    }
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    if (this.#server.listening) await new Promise((done) => this.#server.close(done));
  }
}

let one: FakeReplica;
let other: FakeReplica;
let ports: readonly number[];
let balancer: Balancer;
beforeEach(async () => {
  [one, other] = [new FakeReplica(), new FakeReplica()];
  await Promise.all([one.listen(), other.listen()]);
  ports = [one.port, other.port];
  balancer = await Balancer.start(0, () => ports);
});
afterEach(async () => {
  await balancer.stop();
  await Promise.all([one.close(), other.close()]);
});

/** Each over a connection of its own. @returns the status, or the code of what went wrong */
async function ask(): Promise<unknown> {
  const agent = new Agent({ keepAlive: false });
  const outgoing = request({ port: balancer.port, host: '127.0.0.1', method: 'POST', agent });
  outgoing.end('a question');
  try {
    const [response] = await once(outgoing, 'response');
    response.resume();
    return response.statusCode;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code;
  }
}

async function askTimes(times: number): Promise<readonly unknown[]> {
  const statuses: unknown[] = [];
  for (let time = 0; time < times; time += 1) statuses.push(await ask());
  return statuses;
}

const allServed = Array.from({ length: 10 }, () => 200);
const loads = () => [one.asked.length, other.asked.length];

describe('one address for two replicas', () => {
  test('sends connections to each in turn', async () => {
    expect(await askTimes(10)).toEqual(allServed);
    expect(loads()).toEqual([5, 5]);
  });

  test('sends none to one that is not ready, and again some once it is', async () => {
    one.isReady = false;
    await one.known();
    expect(await askTimes(10)).toEqual(allServed);
    expect(loads()).toEqual([0, 10]);
    one.isReady = true;
    await one.known();
    expect(await askTimes(10)).toEqual(allServed);
    expect(loads()).toEqual([5, 15]);
  });

  test('sends them to one that is not ready when none is: it may still serve', async () => {
    one.isReady = false;
    other.isReady = false;
    await Promise.all([one.known(), other.known()]);
    expect(await askTimes(10)).toEqual(allServed);
  });

  test('tries the other where a connection is refused, before it is known that nobody listens', async () => {
    ports = [await findFreePort(), other.port];
    expect(await askTimes(10)).toEqual(allServed);
    expect(loads()).toEqual([0, 10]);
  });

  test('ends the connection of whoever finds nobody', async () => {
    ports = [await findFreePort(), await findFreePort()];
    expect(await ask()).toBe('ECONNRESET');
  });
});

describe('a replica that dies of a request that it has received', () => {
  const execute = async (query: string) => {
    const settings = { name: 'test', url: `http://127.0.0.1:${balancer.port}/graphql` };
    const source = remoteSource({
      ...settings,
      serviceSecret: 's'.repeat(40),
      clock: systemClock,
      log: createLog('silent'),
    });
    try {
      return await source.execute({ query, viewer: anonymous, requestId: 'r' });
    } finally {
      await source.close();
    }
  };

  beforeEach(() => {
    // The second of them has the first turn.
    other.isDeadly = true;
  });

  test('may have done a mutation, which the other one does not get', async () => {
    await expect(execute('mutation { pay }')).rejects.toMatchObject({
      extensions: { code: 'SUBGRAPH_UNAVAILABLE', retryable: true },
    });
    expect(loads()).toEqual([0, 1]);
  });

  test('is passed over with a query, which the other one answers', async () => {
    expect(await execute('{ answer }')).toEqual({ data: { answer: 'here' } });
    expect(loads()).toEqual([1, 1]);
  });
});
