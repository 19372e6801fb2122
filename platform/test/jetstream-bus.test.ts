import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect, nanos } from '@nats-io/transport-node';
import type { Fact, FactBus } from '../facts/fact.ts';
import { partitions } from '../facts/jetstream/topology.ts';
import { isNatsServerInstalled } from '../testing/nats-server.ts';
import { BrokerSystem, factOf, Heard, range, until, untilReady } from './broker-system.ts';

const withBroker = isNatsServerInstalled() ? describe : describe.skip;

let system: BrokerSystem;
beforeEach(async () => {
  system = await BrokerSystem.start();
});
afterEach(() => system.close());

/** Facts of one key one after the other, as a relay publishes them. */
async function publishInOrder(bus: FactBus, facts: readonly Fact[]): Promise<void> {
  for (const fact of facts) await bus.publish(fact);
}

withBroker('a fact over a broker', () => {
  test('comes to each service once, as it was told, whichever of its processes acts on it', async () => {
    const [ticket, door] = [new Heard(), new Heard()];
    const processes = await Promise.all(
      range(2).map(() => system.join(ticket.by('ticket'), door.by('door'))),
    );
    const told = range(20).map((n) => factOf(`k${n}`, { n, name: 'Zoë' }));
    await Promise.all(told.map((fact, n) => processes[n % 2]?.publish(fact)));
    await Promise.all([ticket.count(20), door.count(20)]);
    for (const { facts } of [ticket, door]) {
      expect(facts.toSorted((a, b) => a.id.localeCompare(b.id))).toEqual(told);
    }
  });

  test('is stored once when its relay publishes it twice', async () => {
    const heard = new Heard();
    const bus = await system.join(heard.by('ticket'));
    const fact = factOf('k', 'first');
    await publishInOrder(bus, [fact, fact, factOf('k', 'last')]);
    await heard.until((facts) => facts.at(-1)?.payload === 'last');
    expect(heard.payloads).toEqual(['first', 'last']);
  });

  test('waits for a service that has never run', async () => {
    const bus = await system.join();
    await publishInOrder(bus, [factOf('k', 'before')]);
    const heard = new Heard();
    await system.join(heard.by('new'));
    await heard.count(1);
    expect(heard.payloads).toEqual(['before']);
  });

  test('waits for a service while none of its processes run', async () => {
    const heard = new Heard();
    const first = await system.join(heard.by('ticket'));
    await first.close();
    await publishInOrder(await system.join(), [factOf('k', 'meanwhile')]);
    expect(heard.payloads).toEqual([]);
    await system.join(heard.by('ticket'));
    await heard.count(1);
  });

  test('reaches a consumer that subscribes when the broker is connected already', async () => {
    const bus = await system.join();
    const heard = new Heard();
    bus.subscribe(heard.by('late'));
    await bus.publish(factOf('k', 'soon'));
    await heard.count(1);
    await untilReady(bus);
  });
});

withBroker('facts of one key', () => {
  test('are acted on in order, with two replicas and with failures', async () => {
    const heard = new Heard();
    const shares = [0, 0];
    const failed = new Set<string>();
    const replica = (index: number) =>
      heard.by('ticket', {
        act: async ({ id, payload }) => {
          if (Number(payload) % 4 === 1 && !failed.has(id)) {
            failed.add(id);
            throw new Error('not at the first time');
          }
          shares[index] = (shares[index] ?? 0) + 1;
        },
      });
    const [bus] = await Promise.all([system.join(replica(0)), system.join(replica(1))]);
    const keys = range(8).map((n) => `key ${n}`);
    const told = range(30);
    await Promise.all(
      keys.map((key) =>
        publishInOrder(
          bus,
          told.map((n) => factOf(key, n)),
        ),
      ),
    );
    await heard.count(keys.length * told.length);
    for (const key of keys) expect(heard.of(key)).toEqual(told);
    expect(failed.size).toBe(keys.length * 8);
    expect(Math.min(...shares)).toBeGreaterThan(0);
  });

  test('wait for one that takes longer than a fact may stay unanswered, which no other replica gets', async () => {
    const heard = new Heard();
    const begun: unknown[] = [];
    const replica = () =>
      heard.by('ticket', {
        act: async ({ payload }) => {
          begun.push(payload);
          if (payload === 'long') await new Promise((done) => setTimeout(done, 6_500));
        },
      });
    const [bus] = await Promise.all([system.join(replica()), system.join(replica())]);
    await publishInOrder(bus, [factOf('k', 'long'), factOf('k', 'short')]);
    await heard.count(2);
    expect(begun).toEqual(['long', 'short']);
    expect(heard.payloads).toEqual(['long', 'short']);
  });
});

withBroker('a consumer', () => {
  test('that is slow stalls no other, and gets no more than it can act on', async () => {
    const [slow, quick] = [new Heard(), new Heard()];
    const { promise: released, resolve: release } = Promise.withResolvers<void>();
    let inHand = 0;
    let mostInHand = 0;
    const wait = async () => {
      inHand += 1;
      mostInHand = Math.max(mostInHand, inHand);
      await released;
      inHand -= 1;
    };
    const bus = await system.join(slow.by('slow', { act: wait }), quick.by('quick'));
    await Promise.all(range(500).map((n) => bus.publish(factOf(`key ${n}`, n))));
    await quick.count(500);
    expect(slow.facts).toEqual([]);
    release();
    await slow.count(500);
    expect(mostInHand).toBe(4);
  });

  test('ignores types that it does not know, and they hold up nothing', async () => {
    const heard = new Heard();
    const bus = await system.join(heard.by('ticket'));
    await publishInOrder(bus, [
      factOf('k', 'from the future', { type: 'thing.unheard-of' }),
      factOf('k', 'known'),
    ]);
    await heard.count(1);
    expect(heard.payloads).toEqual(['known']);
    await until(async () => (await unfinished()) === 0);
  });

  test('gets a newer version as it is, with what it does not know', async () => {
    const heard = new Heard();
    const bus = await system.join(heard.by('ticket'));
    const newer = factOf('k', { known: 1, added: { later: true } }, { version: 2 });
    // Around the payload, too, something may be added one day.
    await bus.publish({ ...newer, ...{ tracedBy: 'somebody' } });
    await heard.count(1);
    expect(heard.facts).toEqual([newer]);
  });
});

/** Facts that some consumer has not answered for. */
async function unfinished(): Promise<number> {
  return await asManager(async (manager) => {
    const consumers = await manager.consumers.list('TIXGO_FACTS').next();
    return consumers.reduce(
      (sum, { num_pending, num_ack_pending }) => sum + num_pending + num_ack_pending,
      0,
    );
  });
}

type Manager = Awaited<ReturnType<typeof jetstreamManager>>;

async function asManager<T>(act: (manager: Manager) => Promise<T>): Promise<T> {
  const connection = await connect({ servers: new URL(system.server.url).host });
  try {
    return await act(await jetstreamManager(connection));
  } finally {
    await connection.close();
  }
}

withBroker('a consumer of every process', () => {
  const everywhere = { audience: 'process' } as const;

  test('hears each fact in each of them, in order', async () => {
    const heard = range(3).map(() => new Heard());
    const [bus] = await Promise.all(heard.map((each) => system.join(each.by('gateway', everywhere))));
    await publishInOrder(
      bus as FactBus,
      range(10).map((n) => factOf('k', n)),
    );
    await Promise.all(heard.map((each) => each.count(10)));
    for (const each of heard) expect(each.payloads).toEqual(range(10));
  });

  test('looks back for as long as it says, so that a process that starts late has missed nothing', async () => {
    const bus = await system.join();
    await publishInOrder(
      bus,
      range(3).map((n) => factOf('k', n)),
    );
    const heard = new Heard();
    await system.join(heard.by('gateway', { ...everywhere, lookBack: 3_600_000 }));
    await heard.count(3);
    expect(heard.payloads).toEqual(range(3));
  });

  test('may want several types', async () => {
    const heard = new Heard();
    const bus = await system.join(heard.by('gateway', { ...everywhere, types: ['a.x', 'b.y'] }));
    await publishInOrder(
      bus,
      ['a.x', 'c.z', 'b.y'].map((type) => factOf('k', type, { type })),
    );
    await heard.count(2);
    expect(heard.payloads).toEqual(['a.x', 'b.y']);
  });

  test('gets one that it failed on again', async () => {
    const heard = new Heard();
    let failures = 2;
    const act = async () => {
      if (failures-- > 0) throw new Error('not yet');
    };
    const bus = await system.join(heard.by('gateway', { ...everywhere, act }));
    await publishInOrder(bus, [factOf('k', 1), factOf('k', 2)]);
    await heard.count(2);
    expect(heard.payloads).toEqual([1, 2]);
  });
});

withBroker('a broker', () => {
  test('is made ready by any number of processes that boot at once', async () => {
    const heard = new Heard();
    const buses = await Promise.all(range(5).map(() => system.join(heard.by('ticket'), heard.by('door'))));
    await Promise.all(buses.map((bus, n) => bus.publish(factOf('k', n))));
    await heard.count(10);
    await asManager(async (manager) => {
      expect((await manager.streams.names().next()).toSorted()).toEqual([
        'TIXGO_DEAD_LETTERS',
        'TIXGO_FACTS',
      ]);
      expect(await manager.consumers.list('TIXGO_FACTS').next()).toHaveLength(2 * partitions);
    });
  });

  test('that was set up by another release is brought to this one’s settings', async () => {
    await asManager(async (manager) => {
      await manager.streams.add({
        name: 'TIXGO_FACTS',
        subjects: ['tixgo.facts.>'],
        max_age: nanos(1_000_000),
      });
      const older = {
        durable_name: 'ticket-3',
        ack_policy: 'explicit',
        filter_subject: 'tixgo.facts.3.>',
      } as const;
      await manager.consumers.add('TIXGO_FACTS', { ...older, max_ack_pending: 50 });
    });
    await system.join(new Heard().by('ticket'));
    await asManager(async (manager) => {
      const { config } = await manager.streams.info('TIXGO_FACTS');
      expect(config.max_age).toBe(nanos(7 * 24 * 3_600_000));
      expect((await manager.consumers.info('TIXGO_FACTS', 'ticket-3')).config.max_ack_pending).toBe(1);
    });
  });
});
