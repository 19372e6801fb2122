import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Fact } from '../facts/fact.ts';
import { InProcessBus } from '../facts/in-process-bus.ts';
import { Inbox } from '../facts/inbox.ts';
import { Outbox } from '../facts/outbox.ts';
import { OutboxRelay } from '../facts/relay.ts';
import type { FactTables } from '../facts/tables.ts';
import { createLog } from '../logging.ts';
import { createFactTables } from '../testing/fact-tables.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';

const log = createLog('silent');
const clock = () => new Date();
const fact = (key: string, payload: unknown = {}) => ({
  type: 'thing.happened',
  version: 1,
  key,
  occurredAt: '2026-07-01T12:00:00.000Z',
  payload,
});

let database: TestDatabase;
let tables: FactTables;
beforeAll(async () => {
  database = await createTestDatabase();
  tables = await createFactTables(database, 'facts_test');
});
afterAll(() => database.close());

function service(handle: (received: Fact) => Promise<void>) {
  const bus = new InProcessBus(log);
  bus.subscribe({ name: 'listener', types: ['thing.happened'], handle });
  const outbox = new Outbox(database.db, tables.outbox);
  const relay = new OutboxRelay({
    service: 'test',
    database: database.db,
    tables,
    bus,
    log,
    clock,
  });
  return { outbox, relay };
}

describe('a fact', () => {
  test('is told when its transaction commits', async () => {
    const heard: Fact[] = [];
    const { outbox, relay } = service(async (received) => void heard.push(received));
    await outbox.transaction(async (_transaction, tell) => tell(fact('k', { n: 1 })));
    await relay.flush();
    expect(heard).toMatchObject([fact('k', { n: 1 })]);
    await relay.flush();
    expect(heard).toHaveLength(1);
  });

  test('is not told when its transaction fails', async () => {
    const heard: Fact[] = [];
    const { outbox, relay } = service(async (received) => void heard.push(received));
    const failing = outbox.transaction(async (_transaction, tell) => {
      tell(fact('k'));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await relay.flush();
    expect(heard).toEqual([]);
  });

  test('comes at once to a relay that is awake', async () => {
    const { promise, resolve } = Promise.withResolvers<Fact>();
    const { outbox, relay } = service(async (received) => resolve(received));
    outbox.wakes(() => relay.wake());
    await outbox.transaction(async (_transaction, tell) => tell(fact('soon')));
    expect((await promise).key).toBe('soon');
    await relay.stop();
  });

  test('that its consumer fails on comes again, before later ones of its key and not before others', async () => {
    const heard: string[] = [];
    let failures = 1;
    const { outbox, relay } = service(async ({ payload }) => {
      if (payload === 'a1' && failures-- > 0) throw new Error('not yet');
      heard.push(String(payload));
    });
    await outbox.transaction(async (_transaction, tell) => {
      tell(fact('a', 'a1'));
      tell(fact('a', 'a2'));
      tell(fact('b', 'b1'));
    });
    await relay.flush();
    expect(heard).toEqual(['b1']);
    await relay.flush();
    expect(heard).toEqual(['b1', 'a1', 'a2']);
  });

  test('that comes twice takes effect once, and one whose effect fails is not taken as received', async () => {
    const inbox = new Inbox(database.db, tables.inbox, clock);
    const received = { ...fact('k'), id: '01890a5d-ac96-774b-bcce-b302099a8057' };
    let effects = 0;
    const failing = inbox.once(received, async () => {
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    const effect = async () => {
      effects += 1;
    };
    await inbox.once(received, effect);
    await inbox.once(received, effect);
    expect(effects).toBe(1);
  });
});

describe('an outbox that cannot be read', () => {
  test('is told once for each outage, and when it is over', async () => {
    const lines: string[] = [];
    const listening = createLog('info', { write: (line) => void lines.push(JSON.parse(line).msg) });
    const relay = new OutboxRelay({
      service: 'test',
      database: database.db,
      tables,
      bus: new InProcessBus(listening),
      log: listening,
      clock,
    });
    await database.pool.query('alter table facts_test.outbox rename to outbox_away');
    await relay.flush();
    await relay.flush();
    await database.pool.query('alter table facts_test.outbox_away rename to outbox');
    await relay.flush();
    await relay.flush();
    expect(lines).toEqual(['the outbox could not be read; trying again', 'the outbox can be read again']);
  });
});
