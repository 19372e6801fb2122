import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import bcrypt from 'bcrypt';
import type { Bcrypt } from '../service/passwords.ts';
import { IdentitySystem, minutes, password } from './identity-system.ts';

/** bcrypt itself, with a record of the costs that were compared at, and a gate to hold comparisons at. */
const compared: number[] = [];
let gate: Promise<void> | undefined;
const watchedBcrypt: Bcrypt = {
  hash: (text, cost) => bcrypt.hash(text, cost),
  compare: async (text, hash) => {
    compared.push(bcrypt.getRounds(hash));
    await gate;
    return await bcrypt.compare(text, hash);
  },
};

let system: IdentitySystem;
beforeAll(async () => {
  system = await IdentitySystem.start({ bcrypt: watchedBcrypt });
});
beforeEach(() => {
  compared.length = 0;
});
afterAll(async () => {
  await system.stop();
});

const failTimes = async (count: number, username: string, client = system.client) => {
  for (let turn = 0; turn < count; turn += 1) await system.refusedLogin(username, 'wrong password', client);
};

describe('signing in', () => {
  test('gives tokens of a new session that say who it is', async () => {
    await system.register('gil');
    const session = await system.login('GIL');
    expect(system.viewer(session)).toMatchObject({
      kind: 'user',
      username: 'gil',
      role: 'USER',
      issuedAt: system.now,
    });
    expect(session.expiresAt).toBe(new Date(system.now.getTime() + 120 * minutes).toISOString());
  });

  test('an unknown user and a wrong password are answered alike, after the same work', async () => {
    await system.register('hana');
    compared.length = 0;
    const wrong = await system.refusedLogin('hana', 'wrong password');
    const unknown = await system.refusedLogin('nobody here', 'wrong password');
    expect(wrong.code).toBe('INVALID_CREDENTIALS');
    expect(unknown).toEqual(wrong);
    expect(compared).toEqual([4, 4]);
  });

  test('a password of 73 bytes does not pass for its first 72', async () => {
    await system.register('ines', { password: 'x'.repeat(72) });
    compared.length = 0;
    expect(await system.refusedLogin('ines', 'x'.repeat(73))).toMatchObject({ code: 'INVALID_CREDENTIALS' });
    expect(compared).toEqual([4]);
  });

  test.each([
    ['control characters', 'a\u0000b'],
    ['a bidirectional override', 'a\u202Eb'],
    ['65 characters', 'a'.repeat(65)],
    ['nothing', ''],
  ])('a name with %s is refused by field', async (_what, username) => {
    expect(await system.refusedLogin(username, password)).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'username',
    });
    expect(compared).toEqual([]);
  });

  test('a banned user is told so only with the right password', async () => {
    const { user } = await system.register('jon');
    await system.ban(user.id);
    expect(await system.refusedLogin('jon', 'wrong password')).toMatchObject({ code: 'INVALID_CREDENTIALS' });
    expect(await system.refusedLogin('jon', password)).toMatchObject({
      code: 'FORBIDDEN',
      message: 'This account is banned.',
    });
  });
});

describe('failed attempts', () => {
  test('after 10 on one account the right password is not tried either, until 15 minutes have passed', async () => {
    await system.register('kim');
    await failTimes(10, 'Kim');
    system.pass(5 * minutes);
    compared.length = 0;
    const refused = await system.refusedLogin('kim', password);
    expect(refused).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: 10 * 60 });
    expect(compared).toEqual([]);
    system.pass(10 * minutes);
    expect((await system.login('kim')).user.username).toBe('kim');
  });

  test('9 are let pass, and a success begins the count anew', async () => {
    await system.register('lea');
    await failTimes(9, 'lea');
    await system.login('lea');
    await failTimes(9, 'lea');
    expect((await system.login('lea')).user.username).toBe('lea');
  });

  test('an account that does not exist is throttled as one that does', async () => {
    await failTimes(10, 'phantom');
    expect(await system.refusedLogin('phantom', password)).toMatchObject({ code: 'RATE_LIMITED' });
  });

  test('20 guesses at once are 10 comparisons', async () => {
    await system.register('mia');
    compared.length = 0;
    const codes = await Promise.all(
      Array.from({ length: 20 }, async () => (await system.refusedLogin('mia', 'wrong password')).code),
    );
    expect(codes.filter((code) => code === 'INVALID_CREDENTIALS')).toHaveLength(10);
    expect(codes.filter((code) => code === 'RATE_LIMITED')).toHaveLength(10);
    expect(compared).toHaveLength(10);
  });

  test('of a stranger who knows the name do not keep its owner out', async () => {
    await system.register('queen');
    const stranger = system.from({ address: '203.0.113.20' });
    await failTimes(15, 'queen', stranger);
    expect(await system.refusedLogin('queen', password, stranger)).toMatchObject({ code: 'RATE_LIMITED' });
    const home = system.from({ address: '203.0.113.21' });
    expect((await system.login('queen', password, home)).user.username).toBe('queen');
  });

  test('of many strangers are 100 an account, also when its owner comes and goes', async () => {
    await system.register('rex');
    const home = system.from({ address: '203.0.113.30' });
    for (let stranger = 0; stranger < 9; stranger += 1)
      await failTimes(12, 'rex', system.from({ address: `198.51.100.${stranger}` }));
    await system.login('rex', password, home);
    compared.length = 0;
    for (let stranger = 20; stranger < 22; stranger += 1)
      await failTimes(10, 'rex', system.from({ address: `198.51.100.${stranger}` }));
    expect(compared).toHaveLength(10);
    expect(await system.refusedLogin('rex', password, home)).toMatchObject({ code: 'RATE_LIMITED' });
  });

  test('from one household of IPv6 addresses are counted as from one', async () => {
    await system.register('sue');
    const household = (host: number) => system.from({ address: `2001:db8:1:2:${host.toString(16)}::1` });
    for (let host = 1; host <= 10; host += 1) await failTimes(1, 'sue', household(host));
    expect(await system.refusedLogin('sue', password, household(99))).toMatchObject({ code: 'RATE_LIMITED' });
    const neighbour = system.from({ address: '2001:db8:1:3::1' });
    expect((await system.login('sue', password, neighbour)).user.username).toBe('sue');
  });

  test('after 50 from one address nobody signs in from there, and other addresses are free', async () => {
    await system.register('noa');
    const attacker = system.from({ address: '203.0.113.7' });
    for (let account = 0; account < 10; account += 1) await failTimes(5, `victim-${account}`, attacker);
    expect(await system.refusedLogin('noa', password, attacker)).toMatchObject({
      code: 'RATE_LIMITED',
      retryAfterSeconds: 15 * 60,
    });
    expect((await system.login('noa', password, system.from({ address: '203.0.113.8' }))).user.username).toBe(
      'noa',
    );
  });

  test('a refused address locks no further accounts', async () => {
    await system.register('oda');
    const attacker = system.from({ address: '203.0.113.9' });
    for (let account = 0; account < 10; account += 1) await failTimes(5, `other-${account}`, attacker);
    await failTimes(10, 'oda', attacker);
    expect((await system.login('oda')).user.username).toBe('oda');
  });

  test('successes from one address are not counted', async () => {
    await system.register('pia');
    const office = system.from({ address: '203.0.113.10' });
    for (let turn = 0; turn < 60; turn += 1) await system.login('pia', password, office);
    expect((await system.login('pia', password, office)).user.username).toBe('pia');
  });

  test('counts that are over are cleared away', async () => {
    await failTimes(1, 'passer-by');
    system.pass(16 * minutes);
    for (let turn = 0; turn < 20; turn += 1) await failTimes(1, `sweeper-${turn}`);
    const { rows } = await system.database.pool.query(
      'select count(*)::int from identity.login_failure where since < $1',
      [new Date(system.now.getTime() - 15 * minutes)],
    );
    expect(rows).toEqual([{ count: 0 }]);
  });
});

describe('a storm of logins', () => {
  test('waits in a short line, and what is beyond it is told when to come back', async () => {
    let open = () => {};
    gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const attempts = Array.from({ length: 55 + availableParallelism() }, (_, index) =>
      system.refusedLogin(`storm-${index}`, 'wrong password'),
    );
    const refused = await Promise.race(attempts);
    expect(refused).toMatchObject({ code: 'RATE_LIMITED' });
    expect(refused.retryAfterSeconds).toBeGreaterThan(0);
    open();
    gate = undefined;
    const codes = (await Promise.all(attempts)).map(({ code }) => code);
    expect(codes.filter((code) => code === 'INVALID_CREDENTIALS').length).toBeGreaterThanOrEqual(31);
    expect(codes).toContain('RATE_LIMITED');
  });

  test('from one address leaves room for everyone else', async () => {
    await system.register('tom');
    let open = () => {};
    gate = new Promise<void>((resolve) => {
      open = resolve;
    });
    const crowd = system.from({ address: '203.0.113.40' });
    const attempts = Array.from({ length: 40 + availableParallelism() }, (_, index) =>
      system.refusedLogin(`crowd-${index}`, 'wrong password', crowd),
    );
    await Promise.race(attempts);
    const tom = system.login('tom', password, system.from({ address: '203.0.113.41' }));
    open();
    gate = undefined;
    expect((await tom).user.username).toBe('tom');
    expect((await Promise.all(attempts)).map(({ code }) => code)).toContain('RATE_LIMITED');
  });

  describe('that takes longer than the caller waits', () => {
    /** Tries a password that is compared only once the caller has been refused, if its turn comes in time. */
    const tryTooLate = async (username: string, given: string) => {
      let open = () => {};
      gate = new Promise<void>((resolve) => {
        open = resolve;
      });
      const hurried = system.from({ deadline: performance.now() + 300 });
      const refused = await system.refusedLogin(username, given, hurried);
      open();
      gate = undefined;
      return refused;
    };

    test('is told when to come back, and does not lock out who had the password right', async () => {
      await system.register('uma');
      while (compared.length < 11)
        expect(await tryTooLate('uma', password)).toMatchObject({
          code: 'RATE_LIMITED',
          retryAfterSeconds: 8,
        });
      expect((await system.login('uma')).user.username).toBe('uma');
    });

    test('guesses no more often than any other', async () => {
      await system.register('vera');
      while (compared.length < 10) await tryTooLate('vera', 'wrong password');
      expect(await system.refusedLogin('vera', password)).toMatchObject({
        code: 'RATE_LIMITED',
        retryAfterSeconds: 15 * 60,
      });
    });
  });
});
