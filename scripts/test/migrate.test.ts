import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { processEnvironment } from '../../platform/env.ts';
import { createTestDatabase, type TestDatabase } from '../../platform/testing/test-database.ts';
import { HostProcess } from '../../subgraphs/attendance/test/host-process.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const services = ['identity', 'event', 'attendance', 'ticket', 'payment'];

/** As `npm run migrate -- …` does it. */
async function migrate(environment: Record<string, string>, ...args: string[]) {
  const options = { cwd: root, env: { PATH: processEnvironment().PATH, ...environment } };
  const child = spawn(process.execPath, ['scripts/migrate.ts', ...args], options);
  const said = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.out += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.err += text;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  return { code, lines: said.out.trim().split('\n'), error: said.err };
}

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.close());

const journal = async (schema: string) =>
  (await database.pool.query(`select count(*)::int as entries from migrations.${schema}`)).rows[0].entries;

describe('npm run migrate', () => {
  test('brings all schemas up to date, in one line for each service, and says when they are', async () => {
    const environment = { DATABASE_URL: database.url };
    const first = await migrate(environment);
    expect(first).toMatchObject({ code: 0, error: '' });
    expect(first.lines.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual(
      services.map((service) => `${service}: applied`),
    );
    expect(first.lines[2]).toMatch(/attendance\/0000_initial.* gateway\/0000_initial/);
    const second = await migrate(environment);
    expect(second).toEqual({
      code: 0,
      lines: services.map((service) => `${service}: up to date`),
      error: '',
    });
  });

  test('says so where it was told of no server', async () => {
    const { code, lines } = await migrate(
      { DATA_DIR: 'memory' },
      '--service',
      'event',
      '--service',
      'ticket',
    );
    expect({ code, lines }).toEqual({
      code: 0,
      lines: [
        'no DATABASE_URL is set: this is the embedded database, DATA_DIR=memory',
        expect.stringMatching(/^event: applied/),
        expect.stringMatching(/^ticket: applied/),
      ],
    });
  });

  test('serves one service alone, where its own database is', async () => {
    const environment = { DATABASE_URL: 'postgres://127.0.0.1:1/none', TICKET_DATABASE_URL: database.url };
    const { code, lines } = await migrate(environment, '--service', 'ticket');
    expect({ code, lines }).toEqual({
      code: 0,
      lines: [expect.stringMatching(/^ticket: applied ticket\/0000/)],
    });
    await expect(journal('event')).rejects.toThrow();
  });

  test('started twice at once does everything once', async () => {
    const both = await Promise.all([1, 2].map(() => migrate({ DATABASE_URL: database.url })));
    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    const applied = both.flatMap(({ lines }) => lines.filter((line) => / applied /.test(line)));
    expect(applied.length).toBe(services.length);
    const ticketLine = applied.find((line) => line.startsWith('ticket'));
    expect(await journal('ticket')).toBe(ticketLine?.match(/ticket\//g)?.length);
  });

  test.each([
    ['there is no such database', { pathname: '/nowhere' }, /^DATABASE_URL: \S+ does not serve us: /],
    ['the URL is none', { protocol: 'mysql:' }, /^DATABASE_URL must be a URL/],
  ])('says in one line why it cannot, as when %s', async (_when, change, line) => {
    const url = Object.assign(new URL(database.url), change);
    const { code, error } = await migrate({ DATABASE_URL: url.href });
    expect(code).toBe(1);
    expect(error).toMatch(line);
    expect(error.trim()).not.toContain('\n');
  });

  test('says what it may be asked for', async () => {
    const { code, error } = await migrate({}, '--service', 'tickets');
    expect(code).toBe(1);
    expect(error).toMatch(/^--service must be one of identity, [^\n]*, not "tickets"\.\n$/);
  });
});

test('a host that is not to migrate starts only after somebody did', async () => {
  const environment = { DATABASE_URL: database.url, DATA_DIR: 'memory', MIGRATE: 'off' };
  const refused = await (await HostProcess.start(environment)).ended;
  expect(refused.code).toBe(1);
  expect(refused.output).toMatch(/^The schema \w+ lacks [^\n]*: run npm run migrate\.\n$/);
  await migrate({ DATABASE_URL: database.url });
  const host = await (await HostProcess.start(environment)).ready();
  expect((await host.stop()).code).toBe(0);
}, 60_000);
