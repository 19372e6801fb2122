import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { asc } from 'drizzle-orm';
import { processEnvironment } from '../env.ts';
import { readRequest } from '../facts/command/request.ts';
import type { FactTables } from '../facts/tables.ts';
import { newId } from '../ids.ts';
import { createFactTables } from '../testing/fact-tables.ts';
import { createTestDatabase, type TestDatabase } from '../testing/test-database.ts';

const now = new Date('2026-03-31T12:00:00.000Z');
const request = (...args: readonly string[]) => readRequest(args, now);
const id = '01890a5d-ac96-774b-bcce-b302099a8057';

describe('the command for facts', () => {
  test.each([
    [['dead', 'list'], { command: 'dead', action: 'list', choice: {} }],
    [
      ['dead', 'replay', '--service', 'ticket', '--id', '12'],
      { command: 'dead', action: 'replay', choice: { service: 'ticket', id: 12 } },
    ],
    [['dead', 'drop', '--all'], { command: 'dead', action: 'drop', choice: {} }],
    [['replay', '--service', 'event', '--id', id], { command: 'replay', service: 'event', from: { id } }],
    [
      ['replay', '--service', 'event', '--since', '2026-01-01T01:00+01:00'],
      { command: 'replay', service: 'event', from: { since: new Date('2026-01-01T00:00:00.000Z') } },
    ],
  ])('understands %j', (args, asked) => {
    expect(request(...args)).toEqual(asked);
  });

  test.each([
    [[], 'Say what to do'],
    [['lists'], 'Say what to do'],
    [['dead', 'list', 'now'], 'Say what to do'],
    [['dead'], 'Dead letters can be listed, replayed or dropped'],
    [['dead', 'bury'], 'Dead letters can be listed, replayed or dropped'],
    [['dead', 'list', '--since', '2026-01-01T00:00Z'], '--since goes with replay'],
    [['dead', 'list', '--id', 'abc'], '--id must be the number of a dead letter'],
    [['dead', 'list', '--id', '0'], '--id must be the number of a dead letter'],
    [['dead', 'list', '--colour'], "Unknown option '--colour'"],
    [['dead', 'drop'], 'Say which ones to drop: --service, --id, or --all.'],
    [['dead', 'replay'], 'Say which ones to replay'],
    [['dead', 'list', '--service', 'Ticket"'], '--service must be the name of a service'],
    [['replay', '--since', '2026-01-01T00:00Z'], '--service must name the service'],
    [['replay', '--service', 'event'], 'one of them'],
    [['replay', '--service', 'event', '--all'], 'one of them'],
    [['replay', '--service', 'event', '--id', id, '--since', '2026-01-01T00:00Z'], 'one of them'],
    [['replay', '--service', 'event', '--id', '12'], '--id must be the id of a fact'],
    [['replay', '--service', 'event', '--since', 'yesterday'], '--since must be a time with its zone'],
    [['replay', '--service', 'event', '--since', '2026-01-01'], '--since must be a time with its zone'],
    [
      ['replay', '--service', 'event', '--since', '2026-13-01T00:00Z'],
      '--since must be a time with its zone',
    ],
    [['replay', '--service', 'event', '--since', '2026-04-01T00:00Z'], '--since must be in the past'],
  ])('refuses %j: %s', (args, message) => {
    expect(() => request(...args)).toThrow(message);
  });
});

describe('a replay of an outbox', () => {
  let database: TestDatabase;
  let tables: FactTables;
  beforeAll(async () => {
    database = await createTestDatabase();
    tables = await createFactTables(database, 'event');
  });
  beforeEach(async () => {
    await database.pool.query('truncate event.outbox');
  });
  afterAll(() => database.close());

  function run(env: Readonly<Record<string, string>>, ...args: readonly string[]) {
    const program = new URL('../facts/command/main.ts', import.meta.url).pathname;
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, 'replay', ...args], {
      encoding: 'utf8',
      env: { PATH: processEnvironment().PATH, ...env },
    });
    return { status, said: `${stdout}${stderr}`.trimEnd() };
  }

  const replay = (...args: readonly string[]) =>
    run({ EVENT_DATABASE_URL: database.url }, '--service', 'event', ...args);

  async function published(type: string, at: string): Promise<string> {
    const fact = {
      id: newId(),
      type,
      version: 1,
      key: 'k',
      payload: {},
      occurredAt: now,
      publishedAt: new Date(at),
    };
    await database.db.insert(tables.outbox).values(fact);
    return fact.id;
  }

  const waiting = async () => {
    const rows = await database.db.select().from(tables.outbox).orderBy(asc(tables.outbox.sequence));
    return rows.filter(({ publishedAt }) => publishedAt === null).map(({ type }) => type);
  };

  test('lets what was published since a time wait for the relay again', async () => {
    await published('before', '2026-01-01T09:59:00Z');
    await published('after', '2026-01-01T10:00:00Z');
    await published('later', '2026-01-01T11:00:00Z');
    const { status, said } = replay('--since', '2026-01-01T10:00Z');
    expect({ status, said }).toMatchObject({
      status: 0,
      said: expect.stringMatching(/^2 to be published again by event/),
    });
    expect(await waiting()).toEqual(['after', 'later']);
  });

  test('lets one fact wait again by its id', async () => {
    const one = await published('one', '2026-01-01T10:00:00Z');
    await published('other', '2026-01-01T10:00:00Z');
    expect(replay('--id', one).said).toMatch(/^1 to be/);
    expect(await waiting()).toEqual(['one']);
    expect(replay('--id', one).said).toMatch(/^0 to be/);
  });

  test.each([
    [
      'a service that is not there',
      () => ({ EVENT_DATABASE_URL: database.url, TICKET_DATABASE_URL: database.url }),
      'ticket',
      'The database has no outbox of a service "ticket".',
    ],
    [
      'no database',
      () => ({}),
      'event',
      'EVENT_DATABASE_URL or DATABASE_URL must name the database of event.',
    ],
    [
      'a database that does not answer',
      () => ({ DATABASE_URL: 'postgresql://127.0.0.1:1/none' }),
      'event',
      'DATABASE_URL: 127.0.0.1:1 does not serve us',
    ],
  ])('says in one line what is wrong with %s', (_what, env, service, message) => {
    const { status, said } = run(env(), '--service', service, '--id', id);
    expect(status).toBe(1);
    expect(said).toContain(message);
    expect(said.split('\n')).toHaveLength(1);
  });
});
