import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { prepareSchema } from '@tixgo/platform/database/migrate.ts';
import { Inbox } from '@tixgo/platform/facts/inbox.ts';
import { newId } from '@tixgo/platform/ids.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import { createTestDatabase, type TestDatabase } from '@tixgo/platform/testing/test-database.ts';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import { EndedAccess } from '../revocation/ended-access.ts';
import { gatewayMigrations } from '../store/migrations.ts';
import { inbox } from '../store/tables.ts';

const minute = 60_000;
const lifetime = 120 * minute;

let database: TestDatabase;
let now: Date;
let endedAccess: EndedAccess;

beforeAll(async () => {
  database = await createTestDatabase();
  await prepareSchema(database, gatewayMigrations, createLog('silent'));
});
afterAll(() => database.close());
beforeEach(async () => {
  now = new Date('2026-01-01T12:00:00Z');
  await database.pool.query('truncate gateway.ended_access');
  endedAccess = begin();
});

const begin = () => new EndedAccess(database.db, lifetime, () => now);
const pass = (minutes: number) => {
  now = new Date(now.getTime() + minutes * minute);
};

/** As the bus tells it, to those who listen and to the one who keeps it. */
async function tell(userId: string, sessionId: string | null = null, at = now): Promise<void> {
  const payload = { userId, sessionId, at: at.toISOString() };
  const fact = {
    id: newId(),
    type: 'user.access-changed',
    version: 1,
    key: userId,
    occurredAt: at.toISOString(),
    payload,
  };
  await endedAccess.listener().handle(fact);
  await endedAccess.keeper(new Inbox(database.db, inbox, () => now)).handle(fact);
}

const tokenOf = (id: string, issuedAt: Date, sessionId = 's'): UserViewer => ({
  kind: 'user',
  id,
  username: id,
  role: 'USER',
  sessionId,
  issuedAt,
});
const before = new Date('2026-01-01T11:59:00Z');

async function kept(): Promise<string[]> {
  const { rows } = await database.pool.query('select subject from gateway.ended_access order by subject');
  return rows.map(({ subject }) => subject);
}

describe('access that was ended', () => {
  test('is over for tokens from before, of the session or of all of them, also after a restart', async () => {
    await tell('anna');
    await tell('bob', 'bob-1');
    const restarted = begin();
    await restarted.load(now);
    for (const known of [endedAccess, restarted]) {
      expect(known.isEnded(tokenOf('anna', before))).toBe(true);
      expect(known.isEnded(tokenOf('anna', now))).toBe(false);
      expect(known.isEnded(tokenOf('bob', before, 'bob-1'))).toBe(true);
      expect(known.isEnded(tokenOf('bob', before, 'bob-2'))).toBe(false);
    }
  });

  test('is remembered for as long as a token lives, and then forgotten, in memory as in the table', async () => {
    await tell('anna');
    pass(119);
    await tell('bob');
    expect(endedAccess.isEnded(tokenOf('anna', before))).toBe(true);
    expect(await kept()).toEqual(['user:anna', 'user:bob']);
    pass(2);
    await tell('cleo');
    pass(10);
    await tell('dan');
    expect(endedAccess.isEnded(tokenOf('anna', before))).toBe(false);
    expect(endedAccess.isEnded(tokenOf('bob', before))).toBe(true);
    expect(await kept()).toEqual(['user:bob', 'user:cleo', 'user:dan']);
  });

  test('that is told again is remembered from then on, and an older end does not take its place', async () => {
    await tell('anna');
    const first = now;
    pass(60);
    await tell('bob');
    await tell('anna');
    await tell('anna', null, first);
    pass(100);
    await tell('cleo');
    expect(endedAccess.isEnded(tokenOf('anna', new Date(now.getTime() - 101 * minute)))).toBe(true);
  });

  test('that another process kept is known as soon as it was looked for, also where it ended earlier than the last', async () => {
    const other = begin();
    await other.load(now);
    await tell('anna');
    await other.recall();
    expect(other.isEnded(tokenOf('anna', before))).toBe(true);
    await tell('bob', null, new Date(now.getTime() - 30_000));
    await tell('anna', null, new Date(now.getTime() + minute));
    await other.recall();
    expect(other.isEnded(tokenOf('bob', before))).toBe(true);
    expect(other.isEnded(tokenOf('anna', now))).toBe(true);
  });

  test('is seen though it was begun to be kept before the last that was read', async () => {
    await tell('anna');
    const other = begin();
    await other.load(now);
    await tell('bob');
    await database.pool.query(
      "update gateway.ended_access set kept_at = now() - interval '30 seconds' where subject = 'user:bob'",
    );
    await other.recall();
    expect(other.isEnded(tokenOf('bob', before))).toBe(true);
  });

  test('is not read again once it was, but for what is told again', async () => {
    await tell('anna');
    await database.pool.query("update gateway.ended_access set kept_at = now() - interval '2 minutes'");
    await tell('bob');
    const other = begin();
    await other.load(now);
    await database.pool.query('update gateway.ended_access set before = $1', [
      new Date(now.getTime() + minute),
    ]);
    await other.recall();
    expect(other.isEnded(tokenOf('anna', now))).toBe(false);
    expect(other.isEnded(tokenOf('bob', now))).toBe(true);
    await tell('anna', null, new Date(now.getTime() + 2 * minute));
    await other.recall();
    expect(other.isEnded(tokenOf('anna', now))).toBe(true);
  });

  test('what ended long ago is not recalled at a start', async () => {
    await tell('anna');
    pass(121);
    const restarted = begin();
    await restarted.load(now);
    expect(restarted.isEnded(tokenOf('anna', before))).toBe(false);
    expect(await kept()).toEqual([]);
  });
});
