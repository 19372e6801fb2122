import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import type { Role, UserViewer } from '@tixgo/platform/viewer.ts';
import { IdentitySystem, minutes, password, type SessionAnswer, waitForLock } from './identity-system.ts';

const setRole =
  'mutation($userId: ID!, $role: Role!) { setUserRole(userId: $userId, role: $role) { id role } }';
const ban =
  'mutation($userId: ID!, $reason: String!) { banUser(userId: $userId, reason: $reason) { id bannedAt } }';
const unban = 'mutation($userId: ID!) { unbanUser(userId: $userId) { id bannedAt } }';

let system: IdentitySystem;
let admin: UserViewer;
beforeAll(async () => {
  system = await IdentitySystem.start();
  admin = await system.admin();
});
afterAll(async () => {
  await system.stop();
});

const told = async ({ user }: SessionAnswer) =>
  (await system.toldChanges()).filter(({ userId }) => userId === user.id);

describe('giving a role', () => {
  test('holds from the next token on, and tells that tokens from before are over', async () => {
    const session = await system.register('ada');
    const { setUserRole } = await system.client.data(
      setRole,
      { userId: session.user.id, role: 'SCANNER' },
      admin,
    );
    expect(setUserRole).toEqual({ id: session.user.id, role: 'SCANNER' });
    const [change] = await told(session);
    expect(change).toMatchObject({ sessionId: null, reason: 'ROLE_CHANGED' });
    const endOfAccess = new Date(change?.at ?? 0).getTime();
    expect(system.viewer(session).issuedAt.getTime()).toBeLessThan(endOfAccess);
    const next = system.viewer(await system.refresh(session.refreshToken));
    expect(next.role).toBe('SCANNER');
    expect(next.issuedAt.getTime()).toBeGreaterThanOrEqual(endOfAccess);
  });

  test('is told when it takes a role away as well, and not when nothing changes', async () => {
    const session = await system.register('bob');
    await system.setRole(session.user.id, 'USER');
    expect(await told(session)).toEqual([]);
    await system.setRole(session.user.id, 'ADMIN');
    await system.setRole(session.user.id, 'USER');
    expect(await told(session)).toMatchObject([{ reason: 'ROLE_CHANGED' }, { reason: 'ROLE_CHANGED' }]);
  });

  test('a token given out meanwhile is older than the change exactly when it carries the old role', async () => {
    const session = await system.register('cat');
    const logins = Array.from({ length: 25 }, async () => system.viewer(await system.login('cat')));
    const given: Role[] = ['SCANNER', 'COMMITTEE', 'USER', 'ADMIN', 'SCANNER', 'USER'];
    for (const role of given) {
      await Promise.race(logins);
      await system.client.data(setRole, { userId: session.user.id, role }, admin);
    }
    const changes = await told(session);
    for (const { role, issuedAt } of await Promise.all(logins)) {
      const known = changes.filter(({ at }) => new Date(at) <= issuedAt).length;
      expect(role).toBe(known === 0 ? 'USER' : given[known - 1]);
    }
  });
});

describe('banning', () => {
  test('ends all sessions, lets no new one begin, and is told', async () => {
    const session = await system.register('dan');
    const { banUser } = await system.client.data(ban, { userId: session.user.id, reason: 'touting' }, admin);
    const [change] = await told(session);
    expect(change).toMatchObject({ sessionId: null, reason: 'BANNED', at: banUser.bannedAt });
    expect(system.viewer(session).issuedAt.getTime()).toBeLessThan(new Date(banUser.bannedAt).getTime());
    expect(await system.refusedRefresh(session.refreshToken)).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await system.refusedLogin('dan', password)).toMatchObject({ code: 'FORBIDDEN' });
    const { rows } = await system.database.pool.query('select ban_reason from identity.user where id = $1', [
      session.user.id,
    ]);
    expect(rows).toEqual([{ ban_reason: 'touting' }]);
  });

  test('twice keeps the first ban', async () => {
    const session = await system.register('eli');
    const first = await system.client.data(ban, { userId: session.user.id, reason: 'touting' }, admin);
    system.pass(1 * minutes);
    expect(await system.client.data(ban, { userId: session.user.id, reason: 'again' }, admin)).toEqual(first);
    expect(await told(session)).toHaveLength(1);
  });

  test('can be taken back: the user signs in again, within the same millisecond even', async () => {
    const session = await system.register('fin');
    await system.ban(session.user.id);
    const { unbanUser } = await system.client.data(unban, { userId: session.user.id }, admin);
    expect(unbanUser.bannedAt).toBeNull();
    const [change] = await told(session);
    const again = system.viewer(await system.login('fin'));
    expect(again.issuedAt.getTime()).toBeGreaterThanOrEqual(new Date(change?.at ?? 0).getTime());
    expect(await system.refusedRefresh(session.refreshToken)).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('unbanning who is not banned changes nothing', async () => {
    const session = await system.register('gil');
    expect(await system.client.data(unban, { userId: session.user.id }, admin)).toMatchObject({
      unbanUser: { bannedAt: null },
    });
    expect(await told(session)).toEqual([]);
  });

  test.each([
    ['no reason', '  '],
    ['501 characters', 'x'.repeat(501)],
    ['a bidirectional override', 'a\u202Eb'],
  ])('with %s is refused', async (what, reason) => {
    const { user } = await system.register(`banned with ${what}`);
    expect(await system.client.refusal(ban, { userId: user.id, reason }, admin)).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'reason',
    });
  });

  test.each([
    [
      'login',
      async (session: SessionAnswer) => await system.refusedLogin(session.user.username, password),
      'FORBIDDEN',
    ],
    [
      'refresh',
      async (session: SessionAnswer) => await system.refusedRefresh(session.refreshToken),
      'UNAUTHENTICATED',
    ],
  ])('a %s that comes while it is being written waits for it and is refused', async (kind, attempt, code) => {
    const session = await system.register(`hal with ${kind}`);
    const connection = await system.database.pool.connect();
    await connection.query('begin');
    await connection.query('update identity.user set banned_at = $1 where id = $2', [
      system.now,
      session.user.id,
    ]);
    const refused = attempt(session);
    await expect(Promise.race([refused, waitForLock(system.database)])).resolves.toBe('waiting');
    await connection.query('commit');
    connection.release();
    expect(await refused).toMatchObject({ code });
  });
});

describe('users that are not there', () => {
  test.each([['evt1'], [''], ['x'.repeat(10_000)], ['\u0000'], [newId()]])(
    '%.20s is NOT_FOUND',
    async (userId) => {
      for (const [mutation, variables] of [
        [setRole, { userId, role: 'USER' }],
        [setRole, { userId, role: 'ADMIN' }],
        [ban, { userId, reason: 'abuse' }],
        [unban, { userId }],
        ['query($userId: ID!) { user(id: $userId) { id } }', { userId }],
      ] as const) {
        expect(await system.client.refusal(mutation, variables, admin)).toMatchObject({ code: 'NOT_FOUND' });
      }
    },
  );
});
