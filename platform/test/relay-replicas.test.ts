import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import type { BrokerRun, FactBus } from '../facts/fact.ts';
import { InProcessBus } from '../facts/in-process-bus.ts';
import type { FactTables } from '../facts/tables.ts';
import { newId } from '../ids.ts';
import { createLog } from '../logging.ts';
import { createFactTables } from '../testing/fact-tables.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { Heard, range, until } from './broker-system.ts';
import { TellingService } from './telling-service.ts';

let database: TestDatabase;
let tables: FactTables;
const replicas: TellingService[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  tables = await createFactTables(database, 'relays');
});
afterEach(async () => {
  await Promise.all(replicas.splice(0).map(({ relay }) => relay.stop()));
  await database.pool.query('truncate relays.outbox, relays.relay_lease');
});
afterAll(() => database.close());

/** What is published to it, everyone hears. */
function busTo(heard: Heard, act?: Parameters<Heard['by']>[1]): FactBus {
  const bus = new InProcessBus(createLog('silent'));
  bus.subscribe(heard.by('ticket', act));
  return bus;
}

function replicaOn(bus: FactBus): TellingService {
  const replica = new TellingService(database, tables, bus);
  replicas.push(replica);
  return replica;
}

const nothingWaits = (replica: TellingService) => until(async () => (await replica.waiting()) === 0);

describe('three relays on one outbox', () => {
  test('publish each fact once, in order for its key, whoever told it', async () => {
    const heard = new Heard();
    const bus = busTo(heard);
    const all = range(3).map(() => replicaOn(bus));
    for (const { relay } of all) relay.start();
    const keys = range(5).map((n) => `key ${n}`);
    const told = range(40);
    await Promise.all(
      keys.map(async (key) => {
        for (const n of told) await all[n % 3]?.tell([key, n]);
      }),
    );
    await heard.count(keys.length * told.length);
    await nothingWaits(replicaOn(bus));
    for (const key of keys) expect(heard.of(key)).toEqual(told);
  });

  test('go on soon when one of them dies in its turn', async () => {
    const heard = new Heard();
    await database.db
      .insert(tables.relayLease)
      .values({ name: 'publishing', holder: newId(), until: new Date(Date.now() + 1_000) });
    const replica = replicaOn(busTo(heard));
    await replica.tell(['k', 1]);
    const before = performance.now();
    await heard.count(1);
    expect(performance.now() - before).toBeGreaterThan(500);
  });

  test('leave a fact alone that another publishes just now', async () => {
    const heard = new Heard();
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    const publishing = Promise.withResolvers<void>();
    const act = async () => {
      publishing.resolve();
      await released;
    };
    const bus = busTo(heard, { act });
    const [one, other] = [replicaOn(bus), replicaOn(bus)];
    await one.tell(['k', 1]);
    await publishing.promise;
    const flushed = other.relay.flush();
    await other.tell(['k', 2]);
    release();
    await flushed;
    await heard.count(2);
    expect(heard.payloads).toEqual([1, 2]);
  });
});

describe('a relay', () => {
  test('publishes facts of different keys at the same time', async () => {
    const heard = new Heard();
    const act = async ({ key }: { key: string }) => {
      if (key === 'a') await heard.count(1);
    };
    const replica = replicaOn(busTo(heard, { act }));
    await replica.tell(['a', 'a1'], ['a', 'a2'], ['b', 'b1']);
    await heard.count(3);
    expect(heard.payloads).toEqual(['b1', 'a1', 'a2']);
  });

  test('lets consumers of this process act on four at a time, as they share connections with requests', async () => {
    const heard = new Heard();
    let underWay = 0;
    let most = 0;
    const act = async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise((done) => setImmediate(done));
      underWay -= 1;
    };
    const bus = busTo(heard, { act });
    const two = [replicaOn(bus), replicaOn(bus)];
    await Promise.all(two.map((each) => each.tell(...range(50).map((n) => [`key ${n}`, n] as const))));
    await heard.count(100);
    expect(most).toBe(4);
  });

  test('at work when the broker restarts publishes again what that may have lost, whatever others have noted', async () => {
    const heard = new Heard();
    const listeners: ((run: BrokerRun) => void)[] = [];
    const inProcess = busTo(heard);
    const bus: FactBus = {
      publish: (fact) => inProcess.publish(fact),
      subscribe: () => {},
      onBrokerRestart: (listener) => void listeners.push(listener),
      isReady: () => true,
      close: async () => {},
    };
    const [one, other] = [replicaOn(bus), replicaOn(bus)];
    const meet = async (replica: TellingService, id: string) => {
      listeners[replicas.indexOf(replica)]?.({ id, storedSince: new Date(0) });
      await replica.relay.flush();
    };
    await meet(one, 'first run');
    await meet(other, 'first run');
    await other.tell(['k', 1]);
    await heard.count(1);
    await nothingWaits(other);
    await meet(one, 'second run');
    expect(heard.payloads).toEqual([1, 1]);
    await meet(other, 'second run');
    expect(heard.payloads).toEqual([1, 1, 1]);
    await meet(replicaOn(bus), 'second run');
    expect(heard.payloads).toEqual([1, 1, 1]);
  });

  test('gets past any number of keys whose facts fail', async () => {
    const heard = new Heard();
    const act = async ({ key }: { key: string }) => {
      if (key !== 'good') throw new Error('no');
    };
    const replica = replicaOn(busTo(heard, { act }));
    await replica.tell(...range(250).map((n) => [`bad ${n}`, n] as const), ['good', 'last']);
    await heard.count(1);
    expect(heard.payloads).toEqual(['last']);
    await replica.relay.flush();
    expect(await replica.waiting()).toBe(250);
  });
});
