import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { BrokerRun, FactBus } from '../facts/fact.ts';
import { encodeFact } from '../facts/jetstream/fact-message.ts';
import { ackWait, factSubject } from '../facts/jetstream/topology.ts';
import type { FactTables } from '../facts/tables.ts';
import { createLog } from '../logging.ts';
import { createFactTables } from '../testing/fact-tables.ts';
import { isNatsServerInstalled } from '../testing/nats-server.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import { BrokerSystem, factOf, Heard, range, until, untilNotReady, untilReady } from './broker-system.ts';
import { TellingService } from './telling-service.ts';

const withBroker = isNatsServerInstalled() ? describe : describe.skip;

let database: TestDatabase;
let tables: FactTables;
let system: BrokerSystem;
const services: TellingService[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  tables = await createFactTables(database, 'faults');
});
beforeEach(async () => {
  system = await BrokerSystem.start();
});
afterEach(async () => {
  await Promise.all(services.splice(0).map(({ relay }) => relay.stop()));
  await system.close();
  await database.pool.query('truncate faults.outbox, faults.inbox, faults.relay_lease');
});
afterAll(() => database.close());

/** A process that tells facts and brings them to the broker by itself. */
function serviceOn(bus: FactBus): TellingService {
  const service = new TellingService(database, tables, bus);
  services.push(service);
  service.relay.start();
  return service;
}

async function restartBroker(meanwhile: () => Promise<void> = async () => {}): Promise<void> {
  await system.server.kill();
  await meanwhile();
  await system.server.start();
}

withBroker('a process', () => {
  test('starts without a broker, is ready once there is one, and says each outage once', async () => {
    const lines: string[] = [];
    const log = createLog('info', { write: (line) => void lines.push(JSON.parse(line).msg) });
    await system.server.kill();
    const bus = system.connect({}, log);
    const heard = new Heard();
    bus.subscribe(heard.by('ticket'));
    const service = serviceOn(bus);
    await service.tell(['k', 'patient']);
    await expect(bus.publish(factOf('k', 'impatient'))).rejects.toThrow('The broker is away.');
    await service.relay.flush();
    expect([bus.isReady(), await service.waiting()]).toEqual([false, 1]);
    await until(() => lines.length > 0);
    await system.server.start();
    await heard.count(1);
    await restartBroker(() => untilNotReady(bus));
    await untilReady(bus);
    expect(heard.payloads).toEqual(['patient']);
    const [away, back] = ['the broker is away; facts wait in the outboxes', 'the broker is back'];
    expect(lines).toEqual([away, back, away, back]);
  });

  test('that starts while the broker runs on publishes nothing again', async () => {
    const first = serviceOn(await system.join());
    await first.tell(['k', 1]);
    await until(async () => (await first.waiting()) === 0);
    const { rows: before } = await database.pool.query('select published_at from faults.outbox');
    const heard = new Heard();
    const second = serviceOn(await system.join(heard.by('ticket')));
    await second.tell(['k', 2]);
    await heard.count(2);
    await until(async () => (await second.waiting()) === 0);
    const { rows: after } = await database.pool.query(
      'select published_at from faults.outbox order by sequence limit 1',
    );
    expect(after).toEqual(before);
  });

  test('that starts with a broker that was restarted meanwhile publishes again what that may have lost', async () => {
    const bus = await system.join();
    const first = serviceOn(bus);
    await first.tell(['k', 1]);
    await until(async () => (await first.waiting()) === 0);
    await first.relay.stop();
    await bus.close();
    await restartBroker(() => system.server.forgetEverything());
    const heard = new Heard();
    serviceOn(await system.join(heard.by('ticket')));
    await heard.count(1);
  });

  test('ends while it waits for a broker', async () => {
    await system.server.kill();
    await system.connect().close();
  });

  test('ends while its database is away, and leaves the fact to another', async () => {
    const meets = Promise.withResolvers<void>();
    const act = async () => {
      meets.resolve();
      throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    };
    const [without, heard] = [new Heard(), new Heard()];
    const bus = await system.join(without.by('ticket', { act }));
    await bus.publish(factOf('k', 'patient'));
    await meets.promise;
    const before = performance.now();
    await bus.close();
    await system.join(heard.by('ticket'));
    await heard.count(1);
    // Sooner than one that nobody has answered for.
    expect(performance.now() - before).toBeLessThan(ackWait / 2);
    expect(without.facts).toEqual([]);
  });

  test('finishes what it acts on while the broker is away', async () => {
    const begun = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const heard = new Heard();
    const bus = await system.join();
    const service = serviceOn(bus);
    const act = async () => {
      begun.resolve();
      await goOn.promise;
    };
    await system.join(service.inboxConsumer('ticket', heard, act));
    await service.tell(['k', 'long'], ['k', 'next']);
    await begun.promise;
    await restartBroker(() => untilNotReady(bus));
    // Longer than the broker waits for an answer: it is told that work goes on, where it can be told.
    await pause(3_000);
    goOn.resolve();
    await heard.count(2);
    expect(heard.payloads).toEqual(['long', 'next']);
  });

  test('that is killed between effect and acknowledgement has had its effect, and it is not doubled', async () => {
    const service = serviceOn(await system.join());
    await service.tell(['k', 1]);
    const program = new URL('doomed-consumer.ts', import.meta.url).pathname;
    const doomed = spawn(process.execPath, [program, system.server.url, database.url, 'faults'], {
      stdio: 'inherit',
    });
    expect(await once(doomed, 'exit')).toEqual([null, 'SIGKILL']);
    await service.tell(['k', 2]);
    const heard = new Heard();
    await system.join(service.inboxConsumer('ticket', heard));
    await heard.count(1);
    expect(heard.payloads).toEqual([2]);
  });
});

withBroker('a broker', () => {
  test('that is killed again and again while facts are told loses none, doubles none and keeps their order', async () => {
    const heard = new Heard();
    const replicas = [serviceOn(await system.join()), serviceOn(await system.join())] as const;
    await system.join(replicas[0].inboxConsumer('ticket', heard));
    const keys = range(6).map((n) => `key ${n}`);
    const told = range(60);
    const telling = (async () => {
      for (const n of told) await replicas[n % 2 === 0 ? 0 : 1].tell(...keys.map((key) => [key, n] as const));
    })();
    for (const part of [1, 2, 3]) {
      await heard.count(part * 50);
      await restartBroker();
    }
    await telling;
    await heard.count(keys.length * told.length);
    for (const key of keys) expect(heard.of(key)).toEqual(told);
  });

  test('that comes back empty is set up again, and gets again what was ever told', async () => {
    const heard = new Heard();
    const bus = await system.join();
    const service = serviceOn(bus);
    await system.join(service.inboxConsumer('ticket', heard));
    await service.tell(...range(20).map((n) => [`key ${n % 3}`, n] as const));
    await heard.count(20);
    await until(async () => (await service.waiting()) === 0);
    await restartBroker(async () => {
      await system.server.forgetEverything();
      await untilNotReady(bus);
      await service.tell(['key 0', 'meanwhile']);
    });
    await heard.count(21);
    expect(heard.payloads.at(-1)).toBe('meanwhile');
    // What nobody had heard before the broker forgot it is not lost either.
    const late = new Heard();
    await system.join(late.by('new'));
    await late.count(21);
    expect(late.of('key 1')).toEqual(range(20).filter((n) => n % 3 === 1));
    expect(heard.facts).toHaveLength(21);
  });

  test('that lost only the last that it had taken gets that again', async () => {
    const bus = await system.join();
    const service = serviceOn(bus);
    const published = () => until(async () => (await service.waiting()) === 0);
    await service.tell(['k', 'on the disk']);
    await published();
    await restartBroker(async () => {
      await system.server.remember();
      await untilNotReady(bus);
    });
    await service.tell(['k', 'in memory']);
    await published();
    await restartBroker(async () => {
      await system.server.recall();
      await untilNotReady(bus);
    });
    const late = new Heard();
    await system.join(late.by('new'));
    await late.count(2);
    expect(late.payloads).toEqual(['on the disk', 'in memory']);
  });

  test('whose stream was deleted by hand is set up again', async () => {
    const heard = new Heard();
    const bus = await system.join();
    const service = serviceOn(bus);
    await system.join(service.inboxConsumer('ticket', heard));
    await service.tell(['k', 1]);
    await heard.count(1);
    await withConnection(async (connection) => {
      await (await jetstreamManager(connection)).streams.delete('TIXGO_FACTS');
    });
    await service.tell(['k', 2]);
    await heard.count(2);
    expect(heard.payloads).toEqual([1, 2]);
  });

  test('that stalls holds facts back, and nothing is lost when it goes on', async () => {
    const heard = new Heard();
    const bus = await system.join();
    const service = serviceOn(bus);
    await system.join(service.inboxConsumer('ticket', heard));
    const runs: BrokerRun[] = [];
    bus.onBrokerRestart((run) => runs.push(run));
    await service.tell(['k', 'before']);
    await heard.count(1);
    system.server.freeze();
    await service.tell(['k', 'meanwhile']);
    await untilNotReady(bus);
    await service.tell(['k', 'later']);
    expect(await service.waiting()).toBe(2);
    system.server.thaw();
    await heard.count(3);
    expect(heard.payloads).toEqual(['before', 'meanwhile', 'later']);
    // It has lost nothing, so that nothing need be published again.
    expect(runs).toHaveLength(1);
  });

  test('that comes back empty is heard on by a consumer of every process', async () => {
    const heard = new Heard();
    const bus = await system.join(heard.by('gateway', { audience: 'process' }));
    const service = serviceOn(bus);
    await service.tell(['k', 'before']);
    await heard.count(1);
    await restartBroker(async () => {
      await system.server.forgetEverything();
      await untilNotReady(bus);
      await service.tell(['k', 'meanwhile']);
    });
    await heard.until((facts) => facts.at(-1)?.payload === 'meanwhile');
  });

  test('that restarts is heard on by a consumer of every process from where it stood', async () => {
    const heard = new Heard();
    const bus = await system.join(heard.by('gateway', { audience: 'process' }));
    for (const payload of ['first', 'second']) {
      await bus.publish(factOf('k', payload));
      // It stands at a millisecond, all of which it hears again.
      await pause(2);
    }
    await heard.count(2);
    await restartBroker(() => untilNotReady(bus));
    // Most likely before the process is connected again.
    await withConnection(async (connection) => {
      const fact = factOf('k', 'meanwhile');
      await jetstream(connection).publish(factSubject(fact), encodeFact(fact));
    });
    await heard.until((facts) => facts.at(-1)?.payload === 'meanwhile');
    expect(heard.payloads.filter((payload) => payload === 'first')).toHaveLength(1);
  });
});

async function withConnection(act: (connection: NatsConnection) => Promise<void>): Promise<void> {
  const connection = await connect({ servers: new URL(system.server.url).host });
  await act(connection);
  await connection.close();
}
