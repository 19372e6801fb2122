import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { statementsDuring } from '@tixgo/platform/testing/statement-counter.ts';
import bcrypt from 'bcrypt';
import type { Bcrypt } from '../service/passwords.ts';
import { days, minutes, password, seconds, waitForLock } from './identity-system.ts';
import { MailSystem, requestPasswordReset, tokenIn } from './mail-system.ts';

const resetPassword = /* GraphQL */ `
  mutation ($token: String!, $newPassword: String!) {
    resetPassword(token: $token, newPassword: $newPassword) { accessToken refreshToken expiresAt user { id username role email } }
  }
`;
const changeEmail = /* GraphQL */ `
  mutation ($email: String, $currentPassword: String!) {
    changeEmail(email: $email, currentPassword: $currentPassword) { id email }
  }
`;
const changePassword =
  'mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { accessToken } }';
const newPassword = 'a better password';

/** bcrypt itself, with a record of what was hashed. */
const hashed: string[] = [];
const watchedBcrypt: Bcrypt = {
  hash: async (text, cost) => {
    hashed.push(text);
    return await bcrypt.hash(text, cost);
  },
  compare: (text, hash) => bcrypt.compare(text, hash),
};

let mails: MailSystem;
beforeAll(async () => {
  mails = await MailSystem.start({ bcrypt: watchedBcrypt });
});
afterAll(() => mails.stop());
afterEach(async () => {
  while (await mails.system.subgraph.services.beginNextReset());
  await mails.sent();
});

/** The token that is mailed to somebody. */
const mailedToken = async (username: string): Promise<string> => {
  await mails.requestReset(username);
  const [mail] = await mails.sent();
  return tokenIn(mail?.text ?? '');
};
const reset = async (token: string, given = newPassword) =>
  (await mails.system.client.data(resetPassword, { token, newPassword: given })).resetPassword;
const refusedReset = async (token: string, given = newPassword) =>
  await mails.system.client.refusal(resetPassword, { token, newPassword: given });
const tokenIsOver = { code: 'BAD_USER_INPUT', field: 'token' };

describe('a forgotten password', () => {
  test('is replaced with the mailed token, which signs in and ends all sessions', async () => {
    const before = await mails.person('ada');
    await mails.requestReset('ADA');
    const [mail, ...others] = await mails.sent();
    expect(others).toEqual([]);
    expect(mail?.recipients).toEqual(['ada@example.org']);
    expect(mail?.header('From')).toBe('TixGo <tixgo@example.org>');
    expect(mail?.header('Subject')).toBe('Choose a new password');
    expect(mail?.text).toContain('Hello ada');
    const token = tokenIn(mail?.text ?? '');
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    const link = `https://tickets.example.org/reset-password#token=${token}`;
    expect(mail?.text).toContain(link);
    expect(mail?.html).toContain(`href="${link}"`);
    expect(mail?.html).toContain(`>${token}<`);

    mails.system.pass(seconds);
    const session = await reset(token);
    expect(mails.system.viewer(session)).toMatchObject({ username: 'ada', issuedAt: expect.any(Date) });
    expect((await mails.system.toldChanges()).at(-1)).toMatchObject({
      userId: before.user.id,
      sessionId: null,
      reason: 'PASSWORD_CHANGED',
    });
    expect(await mails.system.refusedRefresh(before.refreshToken)).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect((await mails.system.refresh(session.refreshToken)).user.username).toBe('ada');
    expect(await mails.system.refusedLogin('ada', password)).toMatchObject({ code: 'INVALID_CREDENTIALS' });
    expect((await mails.system.login('ada', newPassword)).user.username).toBe('ada');
  });

  test('the database holds neither the token nor what it takes to make it', async () => {
    await mails.person('ben');
    const token = await mailedToken('ben');
    const { rows } = await mails.system.database.pool.query(
      `select m.data->>'seed' as seed, r.token_hash from identity.mail m
       join identity.password_reset r on r.user_id = m.recipient_id where m.address = 'ben@example.org'`,
    );
    expect(rows).toHaveLength(1);
    expect(rows[0].token_hash).not.toBe(token);
    for (const known of Object.values<string>(rows[0]))
      expect(await refusedReset(known)).toMatchObject(tokenIsOver);
    await reset(token);
  });

  test('failures with the old password do not keep the new one out', async () => {
    await mails.person('cleo');
    for (let turn = 0; turn < 10; turn += 1) await mails.system.refusedLogin('cleo', 'wrong password');
    expect(await mails.system.refusedLogin('cleo', password)).toMatchObject({ code: 'RATE_LIMITED' });
    await reset(await mailedToken('cleo'));
    expect((await mails.system.login('cleo', newPassword)).user.username).toBe('cleo');
  });

  test('many strangers’ failures do not keep it out either', async () => {
    await mails.person('cora');
    for (let stranger = 0; stranger < 10; stranger += 1) {
      const client = mails.system.from({ address: `198.51.100.${stranger}` });
      for (let turn = 0; turn < 10; turn += 1)
        await mails.system.refusedLogin('cora', 'wrong password', client);
    }
    expect(await mails.system.refusedLogin('cora', password)).toMatchObject({ code: 'RATE_LIMITED' });
    await reset(await mailedToken('cora'));
    expect((await mails.system.login('cora', newPassword)).user.username).toBe('cora');
  });
});

describe('a token', () => {
  test('is good once, also for two at once', async () => {
    await mails.person('dan');
    const token = await mailedToken('dan');
    const outcomes = await Promise.allSettled([reset(token), reset(token, 'another one')]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await refusedReset(token)).toMatchObject(tokenIsOver);
  });

  test('is good for an hour', async () => {
    await mails.person('eve');
    const late = await mailedToken('eve');
    mails.system.pass(60 * minutes);
    expect(await refusedReset(late)).toMatchObject(tokenIsOver);
    const inTime = await mailedToken('eve');
    mails.system.pass(60 * minutes - 1);
    await reset(inTime);
  });

  test('ends with a newer request', async () => {
    await mails.person('fay');
    const older = await mailedToken('fay');
    const newer = await mailedToken('fay');
    expect(await refusedReset(older)).toMatchObject(tokenIsOver);
    await reset(newer);
  });

  test('ends with a change of the password', async () => {
    const session = await mails.person('gus');
    const token = await mailedToken('gus');
    const input = { currentPassword: password, newPassword };
    await mails.system.client.data(changePassword, { input }, mails.system.viewer(session));
    expect(await refusedReset(token)).toMatchObject(tokenIsOver);
  });

  test('goes to no address that is just being taken away', async () => {
    const { user } = await mails.person('hob');
    await mails.system.client.data(requestPasswordReset, { username: 'hob' });
    const owner = await mails.system.database.pool.connect();
    await owner.query('begin');
    await owner.query("update identity.user set email = 'new-hob@example.org' where id = $1", [user.id]);
    const begun = mails.system.subgraph.services.beginNextReset();
    expect(await Promise.race([begun, waitForLock(mails.system.database)])).toBe('waiting');
    await owner.query('commit');
    owner.release();
    await begun;
    expect((await mails.sent()).map(({ recipients }) => recipients)).toEqual([['new-hob@example.org']]);
  });

  test('ends with a change of the address', async () => {
    const session = await mails.person('hal');
    const token = await mailedToken('hal');
    const input = { email: 'new@example.org', currentPassword: password };
    await mails.system.client.data(changeEmail, input, mails.system.viewer(session));
    expect(await refusedReset(token)).toMatchObject(tokenIsOver);
  });

  test('does not serve a banned user', async () => {
    const { user } = await mails.person('ida');
    const token = await mailedToken('ida');
    await mails.system.ban(user.id);
    expect(await refusedReset(token)).toMatchObject({ code: 'FORBIDDEN' });
  });

  test('outlives a new password that is refused', async () => {
    await mails.person('joe');
    const token = await mailedToken('joe');
    expect(await refusedReset(token, 'short')).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'newPassword',
    });
    expect(await refusedReset(token, 'x'.repeat(73))).toMatchObject({ code: 'PASSWORD_TOO_LONG' });
    await reset(token);
  });

  test('that is nobody’s costs no hashing', async () => {
    hashed.length = 0;
    for (const token of ['', 'guess', 'a\u0000b', 'x'.repeat(43)]) {
      expect(await refusedReset(token)).toMatchObject(tokenIsOver);
    }
    expect(hashed).toEqual([]);
  });

  test('that is over by the time its mail could go out is not mailed', async () => {
    await mails.person('kay');
    await mails.requestReset('kay');
    mails.system.pass(seconds);
    await mails.requestReset('kay');
    expect((await mails.sent()).map(({ recipients }) => recipients)).toEqual([['kay@example.org']]);
    mails.system.pass(seconds);
    await mails.requestReset('kay');
    mails.system.pass(60 * minutes);
    expect(await mails.sent()).toEqual([]);
    expect((await mails.rows()).filter(({ address }) => address === 'kay@example.org')).toMatchObject([
      { sent: false, givenUp: true },
      { sent: true, givenUp: false },
      { sent: false, givenUp: true },
    ]);
  });
});

describe('asking for a reset', () => {
  test('is answered alike, by the same statements, whoever it is for', async () => {
    await mails.person('lou');
    await mails.person('moe', null);
    const { user } = await mails.person('ned');
    await mails.system.ban(user.id);
    const statements: string[][] = [];
    for (const username of ['lou', 'moe', 'ned', 'nobody at all']) {
      const asked = await statementsDuring(mails.system.database, async () => {
        const answer = await mails.system.client.data(requestPasswordReset, { username });
        expect(answer).toEqual({ requestPasswordReset: true });
      });
      statements.push(asked);
    }
    expect(statements[0]?.join()).toContain('password_reset_request');
    for (const each of statements) expect(each).toEqual(statements[0]);
    while (await mails.system.subgraph.services.beginNextReset());
    expect((await mails.sent()).map(({ recipients }) => recipients)).toEqual([['lou@example.org']]);
  });

  test('is refused after 5 for one name, whether it is somebody’s or not', async () => {
    await mails.person('olga');
    for (const username of ['olga', 'phantom']) {
      for (let turn = 0; turn < 5; turn += 1)
        await mails.system.client.data(requestPasswordReset, { username });
      const refused = await mails.system.client.refusal(requestPasswordReset, {
        username: username.toUpperCase(),
      });
      expect(refused).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 15 * 60 });
    }
    expect((await mails.system.login('olga')).user.username).toBe('olga');
    mails.system.pass(15 * minutes);
    await mails.system.client.data(requestPasswordReset, { username: 'olga' });
  });

  test('is refused after 50 from one address, which then locks no further names', async () => {
    await mails.person('pat');
    const attacker = mails.system.from({ address: '203.0.113.20' });
    for (let turn = 0; turn < 50; turn += 1) {
      await attacker.data(requestPasswordReset, { username: `victim-${turn}` });
    }
    for (let turn = 0; turn < 6; turn += 1) {
      const refused = await attacker.refusal(requestPasswordReset, { username: 'pat' });
      expect(refused).toMatchObject({ code: 'RATE_LIMITED' });
    }
    await mails.system.client.data(requestPasswordReset, { username: 'pat' });
  });

  test('clears counts away that are over', async () => {
    mails.system.pass(days);
    for (let turn = 0; turn < 20; turn += 1) {
      await mails.system.client.data(requestPasswordReset, { username: `sweeper-${turn}` });
    }
    const { rows } = await mails.system.database.pool.query(
      'select count(*)::int from identity.login_failure where since < $1',
      [new Date(mails.system.now.getTime() - 15 * minutes)],
    );
    expect(rows).toEqual([{ count: 0 }]);
  });

  test('with a name that cannot be is refused by field', async () => {
    for (const username of ['', 'a'.repeat(65), 'a\u0000b']) {
      expect(await mails.system.client.refusal(requestPasswordReset, { username })).toMatchObject({
        code: 'BAD_USER_INPUT',
        field: 'username',
      });
    }
  });
});
