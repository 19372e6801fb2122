import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  days,
  IdentitySystem,
  password,
  type SessionAnswer,
  seconds,
  waitForLock,
} from './identity-system.ts';

let system: IdentitySystem;
beforeAll(async () => {
  system = await IdentitySystem.start();
});
afterAll(async () => {
  await system.stop();
});

const told = async (userId: string) =>
  (await system.toldChanges()).filter((change) => change.userId === userId);
const logout = async (session: SessionAnswer, everywhere?: boolean) => {
  const viewer = system.viewer(session);
  const answer = await system.client.data(
    'mutation($everywhere: Boolean) { logout(everywhere: $everywhere) }',
    { everywhere },
    viewer,
  );
  return answer.logout;
};
const mySessions = async (session: SessionAnswer) => {
  const query = '{ mySessions { id createdAt lastUsedAt client current } }';
  return (await system.client.data(query, {}, system.viewer(session))).mySessions;
};

describe('refreshing a session', () => {
  test('trades the token for the next pair of the same session, as the user is now', async () => {
    const first = await system.register('ada');
    system.pass(60 * seconds);
    await system.setRole(first.user.id, 'COMMITTEE');
    const next = await system.refresh(first.refreshToken);
    expect(next.refreshToken).not.toBe(first.refreshToken);
    expect(system.viewer(next)).toMatchObject({
      id: first.user.id,
      role: 'COMMITTEE',
      sessionId: system.viewer(first).sessionId,
    });
    expect((await system.refresh(next.refreshToken)).user.id).toBe(first.user.id);
  });

  test('a repeat within 10 seconds, as after a lost answer, receives the same successor', async () => {
    const { refreshToken, user } = await system.register('ben');
    const first = await system.refresh(refreshToken);
    system.pass(10 * seconds);
    const repeat = await system.refresh(refreshToken);
    expect(repeat.refreshToken).toBe(first.refreshToken);
    expect((await system.refresh(repeat.refreshToken)).user.id).toBe(user.id);
    expect(await told(user.id)).toEqual([]);
  });

  test('a repeat does not lengthen its own grace', async () => {
    const { refreshToken } = await system.register('bea');
    await system.refresh(refreshToken);
    system.pass(8 * seconds);
    await system.refresh(refreshToken);
    system.pass(8 * seconds);
    expect(await system.refusedRefresh(refreshToken)).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('of one token presented by many at once all receive the same successor', async () => {
    const { refreshToken } = await system.register('cleo');
    const answers = await Promise.all(Array.from({ length: 10 }, () => system.refresh(refreshToken)));
    expect(new Set(answers.map((answer) => answer.refreshToken)).size).toBe(1);
  });

  test('a token used again later ends the session for everyone who holds it, and others are told', async () => {
    const session = await system.register('dan');
    const { sessionId } = system.viewer(session);
    const other = await system.login('dan');
    const next = await system.refresh(session.refreshToken);
    system.pass(10 * seconds + 1);
    expect(await system.refusedRefresh(session.refreshToken)).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await system.refusedRefresh(next.refreshToken)).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await told(session.user.id)).toEqual([
      { userId: session.user.id, sessionId, at: system.now.toISOString(), reason: 'REUSE_DETECTED' },
    ]);
    expect((await system.refresh(other.refreshToken)).user.id).toBe(session.user.id);
  });

  test('an ended session is not told of twice', async () => {
    const session = await system.register('dora');
    await system.refresh(session.refreshToken);
    system.pass(11 * seconds);
    await system.refusedRefresh(session.refreshToken);
    await system.refusedRefresh(session.refreshToken);
    expect(await told(session.user.id)).toHaveLength(1);
  });

  test('a token serves for 30 days', async () => {
    const early = await system.register('eve');
    const late = await system.register('eva');
    system.pass(30 * days - 1);
    expect((await system.refresh(early.refreshToken)).user.username).toBe('eve');
    system.pass(1);
    expect(await system.refusedRefresh(late.refreshToken)).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await told(late.user.id)).toEqual([]);
  });

  test.each([['nothing'], ['an-unknown-token'], ['x'.repeat(100_000)], ['\u0000']])(
    '%.20s is no token',
    async (token) => {
      expect(await system.refusedRefresh(token)).toMatchObject({ code: 'UNAUTHENTICATED' });
    },
  );

  test('a banned user receives no new tokens', async () => {
    const session = await system.register('fay');
    await system.ban(session.user.id);
    expect(await system.refusedRefresh(session.refreshToken)).toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('signing out', () => {
  test('ends the session of the request, tells the others, and leaves other sessions alone', async () => {
    const here = await system.register('gus');
    const there = await system.login('gus');
    expect(await logout(here)).toBe(true);
    expect(await system.refusedRefresh(here.refreshToken)).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect((await system.refresh(there.refreshToken)).user.username).toBe('gus');
    const { sessionId, issuedAt } = system.viewer(here);
    const [change, ...more] = await told(here.user.id);
    expect(change).toMatchObject({ sessionId, reason: 'LOGGED_OUT' });
    expect(new Date(change?.at ?? 0).getTime()).toBeGreaterThan(issuedAt.getTime());
    expect(more).toEqual([]);
  });

  test('everywhere ends all of them', async () => {
    const here = await system.register('hal');
    const there = await system.login('hal');
    expect(await logout(here, true)).toBe(true);
    for (const { refreshToken } of [here, there]) {
      expect(await system.refusedRefresh(refreshToken)).toMatchObject({ code: 'UNAUTHENTICATED' });
    }
    expect(await told(here.user.id)).toMatchObject([{ sessionId: null, reason: 'LOGGED_OUT' }]);
  });

  test('is false when there was nothing to end', async () => {
    const session = await system.register('ian');
    expect(await logout(session)).toBe(true);
    expect(await logout(session)).toBe(false);
    expect(await system.client.data('mutation { logout }')).toEqual({ logout: false });
    expect(await system.client.data('mutation { logout(everywhere: true) }')).toEqual({ logout: false });
    expect(await told(session.user.id)).toHaveLength(1);
  });

  test('wins over a refresh that comes while it is being written', async () => {
    const session = await system.register('ivo');
    const connection = await system.database.pool.connect();
    await connection.query('begin');
    await connection.query('update identity.session set ended_at = $1 where user_id = $2', [
      system.now,
      session.user.id,
    ]);
    const refused = system.refusedRefresh(session.refreshToken);
    await expect(Promise.race([refused, waitForLock(system.database)])).resolves.toBe('waiting');
    await connection.query('commit');
    connection.release();
    expect(await refused).toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('my sessions', () => {
  test('are shown last used first, with the client that signed in and the one in use', async () => {
    const browser = await system
      .login('kai', password, system.from({}))
      .catch(async () => await system.register('kai'));
    system.pass(1 * seconds);
    const phone = await system.login('kai', password, system.from({ userAgent: '  Phone/1.0\u0007 ' }));
    system.pass(1 * seconds);
    expect(await mySessions(phone)).toMatchObject([
      { id: system.viewer(phone).sessionId, client: 'Phone/1.0', current: true },
      { id: system.viewer(browser).sessionId, client: null, current: false },
    ]);
    await system.refresh(browser.refreshToken);
    expect((await mySessions(phone)).map(({ current }: { current: boolean }) => current)).toEqual([
      false,
      true,
    ]);
  });

  test('leave out what was signed out, what nobody can refresh any longer, and the sessions of others', async () => {
    const old = await system.register('lin');
    system.pass(30 * days);
    const ended = await system.login('lin');
    await logout(ended);
    const current = await system.login('lin');
    expect(await system.refusedRefresh(old.refreshToken)).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(await mySessions(current)).toMatchObject([
      { id: system.viewer(current).sessionId, current: true },
    ]);
  });
});

describe('ending one session', () => {
  const end = 'mutation ($id: ID!) { endSession(id: $id) }';

  test('signs that one out, tells the others, and leaves the rest alone', async () => {
    const here = await system.register('mia');
    const [lost, there] = [await system.login('mia'), await system.login('mia')];
    const { sessionId: id, issuedAt } = system.viewer(lost);
    expect(await system.client.data(end, { id }, system.viewer(here))).toEqual({ endSession: true });
    expect(await system.refusedRefresh(lost.refreshToken)).toMatchObject({ code: 'UNAUTHENTICATED' });
    const [change, ...more] = await told(here.user.id);
    expect(change).toMatchObject({ sessionId: id, reason: 'LOGGED_OUT' });
    expect(new Date(change?.at ?? 0).getTime()).toBeGreaterThan(issuedAt.getTime());
    expect(more).toEqual([]);
    const left = (await mySessions(here)).map((session: { id: string }) => session.id);
    expect(left.toSorted()).toEqual([here, there].map((each) => system.viewer(each).sessionId).toSorted());
    for (const each of [here, there]) {
      expect((await system.refresh(each.refreshToken)).user.username).toBe('mia');
    }
  });

  test('may be the one that asks', async () => {
    const session = await system.register('max');
    const viewer = system.viewer(session);
    expect(await system.client.data(end, { id: viewer.sessionId }, viewer)).toEqual({ endSession: true });
    expect(await system.refusedRefresh(session.refreshToken)).toMatchObject({ code: 'UNAUTHENTICATED' });
  });

  test('of somebody else, or that has ended, or that nobody has, is NOT_FOUND and ends nothing', async () => {
    const [mine, theirs] = [await system.register('ann-1'), await system.register('bob-1')];
    const ended = await system.login('ann-1');
    await logout(ended);
    const ids = [
      system.viewer(theirs).sessionId,
      system.viewer(ended).sessionId,
      '01a1ff03-9a79-76ef-8225-19308babdcdd',
      'none',
    ];
    for (const id of ids) {
      expect(await system.client.refusal(end, { id }, system.viewer(mine))).toMatchObject({
        code: 'NOT_FOUND',
      });
    }
    expect((await system.refresh(theirs.refreshToken)).user.username).toBe('bob-1');
    expect(await told(theirs.user.id)).toEqual([]);
    expect(await told(mine.user.id)).toHaveLength(1);
  });

  test('takes somebody who is signed in', async () => {
    const { sessionId: id } = system.viewer(await system.register('zed'));
    expect(await system.client.refusal(end, { id })).toMatchObject({ code: 'UNAUTHENTICATED' });
  });
});

describe('changing the password', () => {
  const mutation =
    'mutation($input: ChangePasswordInput!) { changePassword(input: $input) { accessToken refreshToken user { role } } }';

  test('ends all sessions, tells the others, and answers a new one whose token is good', async () => {
    const here = await system.register('mo1');
    const there = await system.login('mo1');
    const input = { currentPassword: password, newPassword: 'a newer password' };
    const { changePassword } = await system.client.data(mutation, { input }, system.viewer(here));
    for (const { refreshToken } of [here, there]) {
      expect(await system.refusedRefresh(refreshToken)).toMatchObject({ code: 'UNAUTHENTICATED' });
    }
    const [change] = await told(here.user.id);
    expect(change).toMatchObject({ sessionId: null, reason: 'PASSWORD_CHANGED' });
    const endOfAccess = new Date(change?.at ?? 0).getTime();
    expect(system.viewer(there).issuedAt.getTime()).toBeLessThan(endOfAccess);
    expect(system.viewer(changePassword).issuedAt.getTime()).toBeGreaterThanOrEqual(endOfAccess);
    expect(changePassword.user.role).toBe('USER');
    expect((await system.refresh(changePassword.refreshToken)).user.username).toBe('mo1');
    expect(await system.refusedLogin('mo1', password)).toMatchObject({ code: 'INVALID_CREDENTIALS' });
    expect((await system.login('mo1', 'a newer password')).user.username).toBe('mo1');
  });

  test.each([
    [
      'a wrong current one',
      { currentPassword: 'wrong password', newPassword: 'a newer password' },
      { code: 'INVALID_CREDENTIALS' },
    ],
    [
      '73 bytes',
      { currentPassword: password, newPassword: 'x'.repeat(73) },
      { code: 'PASSWORD_TOO_LONG', field: 'newPassword' },
    ],
    [
      '7 bytes',
      { currentPassword: password, newPassword: '1234567' },
      { code: 'BAD_USER_INPUT', field: 'newPassword' },
    ],
  ])('with %s is refused and ends nothing', async (what, input, expected) => {
    const session = await system.register(`nia ${what}`);
    expect(await system.client.refusal(mutation, { input }, system.viewer(session))).toMatchObject(expected);
    expect((await system.refresh(session.refreshToken)).user.id).toBe(session.user.id);
    expect(await told(session.user.id)).toEqual([]);
  });

  test('wrong current passwords are throttled with those of logins', async () => {
    const viewer = system.viewer(await system.register('olu'));
    const input = { currentPassword: 'wrong password', newPassword: 'a newer password' };
    for (let turn = 0; turn < 5; turn += 1) {
      await system.client.refusal(mutation, { input }, viewer);
      await system.refusedLogin('olu', 'wrong password');
    }
    const right = { ...input, currentPassword: password };
    expect(await system.client.refusal(mutation, { input: right }, viewer)).toMatchObject({
      code: 'RATE_LIMITED',
    });
  });

  test('of two changes at once from one password one holds', async () => {
    const viewer = system.viewer(await system.register('pat'));
    const change = (newPassword: string) =>
      system.client.answer(mutation, { input: { currentPassword: password, newPassword } }, viewer);
    const answers = await Promise.all([change('first of two'), change('second of two')]);
    expect(answers.filter(({ errors }) => errors)).toHaveLength(1);
  });
});
