import { randomBytes } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { createTestDatabase } from '@tixgo/platform/testing/test-database.ts';
import { HostProcess, newFolder } from './host-process.ts';
import { importOnce, ListUpload } from './list-upload.ts';
import { listOf } from './ticket-lists.ts';

const isUnderWay = ({ rows_read }: Record<string, unknown>) => Number(rows_read) >= 1_000;
const isOver = ({ status }: Record<string, unknown>) => status !== 'RUNNING';
const stopped = 'The server stopped while it read the file; send it again.';

/** Whether the door lets a code in. */
async function scan(host: HostProcess, token: string, eventId: string, code: string): Promise<string> {
  const query = 'mutation ($input: CheckInInput!) { checkIn(input: $input) { __typename } }';
  const { data } = await host.graphql(query, { input: { eventId, code } }, token);
  return data.checkIn.__typename;
}

async function start(environment: Record<string, string>) {
  const host = await (await HostProcess.start(environment)).ready();
  return { host, token: await host.signIn() };
}

describe.each(['embedded', 'server'])('a host with a database that is %s', (which) => {
  test('that is killed while it reads a list has taken nothing of it, and takes it again', async () => {
    const database = which === 'server' ? await createTestDatabase() : undefined;
    const place = database ? { DATABASE_URL: database.url, DATA_DIR: 'memory' } : { DATA_DIR: newFolder() };
    const secrets = {
      JWT_SECRET: randomBytes(32).toString('hex'),
      SERVICE_SECRET: randomBytes(32).toString('hex'),
    };
    const first = await start({ ...place, ...secrets });
    const eventId = await first.host.openEvent(first.token, { admission: 'TICKETED' });
    const upload = new ListUpload(first.host.url, eventId, first.token).write(listOf(5_000));
    const { id } = await importOnce(first.host.url, eventId, first.token, isUnderWay);
    first.host.signal('SIGKILL');
    await first.host.ended;
    expect(await upload.answer).toBeUndefined();

    const { host, token } = await start({ ...place, ...secrets });
    try {
      expect(await scan(host, token, eventId, 'C-0')).toBe('CheckInRefusal');
      // Whose database nobody else can have knows at once that the process has gone.
      const failed = await importOnce(host.url, eventId, token, database ? isOver : () => true);
      expect(failed).toMatchObject({ id, status: 'FAILED', failure: stopped });
      const again = new ListUpload(host.url, eventId, token).end(listOf(500));
      expect(await again.answer).toMatchObject({ status: 200, body: { rows_taken: 500, rows_bad: 0 } });
      expect(await scan(host, token, eventId, 'C-0')).toBe('CheckIn');
      expect(await scan(host, token, eventId, 'C-500')).toBe('CheckInRefusal');
    } finally {
      await host.stop();
      await database?.close();
    }
  }, 120_000);
});

test('a host with the embedded database reads a list while its door goes on', async () => {
  const { host, token } = await start({ DATA_DIR: 'memory' });
  try {
    const door = await host.openEvent(token);
    const eventId = await host.openEvent(token, { admission: 'TICKETED' });
    const upload = new ListUpload(host.url, eventId, token).end(`${listOf(12_000)}\u0007\nC-7\n`);
    await importOnce(host.url, eventId, token, isUnderWay);
    let scans = 0;
    while ((await importOnce(host.url, eventId, token, () => true)).status === 'RUNNING') {
      expect(await host.scan(token, door, `T-${scans}`)).toBe('CheckIn');
      scans += 1;
    }
    expect(scans).toBeGreaterThan(3);
    expect(await upload.answer).toMatchObject({
      status: 422,
      body: { import: { status: 'FAILED', rows_read: 12_002, rows_bad: 2, rows_taken: 12_000 } },
    });
    expect(await scan(host, token, eventId, 'C-0')).toBe('CheckInRefusal');
    const again = new ListUpload(host.url, eventId, token, '?mode=skip_bad').end(`${listOf(2_000)}\u0007\n`);
    expect(await again.answer).toMatchObject({ status: 200, body: { rows_taken: 2_000, rows_bad: 1 } });
    expect(await scan(host, token, eventId, 'C-1999')).toBe('CheckIn');
    expect(await scan(host, token, eventId, 'C-2000')).toBe('CheckInRefusal');
    const remove = 'mutation ($id: ID!) { deleteTicketImport(id: $id) }';
    const { id } = await importOnce(host.url, eventId, token, () => true);
    expect((await host.graphql(remove, { id }, token)).errors[0].extensions.code).toBe('CONFLICT');
  } finally {
    await host.stop();
  }
}, 120_000);
