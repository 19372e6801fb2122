import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { roles, type UserViewer } from '@tixgo/platform/viewer.ts';
import bcrypt from 'bcrypt';
import type { Bcrypt } from '../service/passwords.ts';
import { IdentitySystem, password, testEnvironment } from './identity-system.ts';

/** bcrypt itself, with a record of the costs that it worked at. */
const compared: number[] = [];
let hashed = 0;
const watchedBcrypt: Bcrypt = {
  hash: (text, cost) => {
    hashed += 1;
    return bcrypt.hash(text, cost);
  },
  compare: (text, hash) => {
    compared.push(bcrypt.getRounds(hash));
    return bcrypt.compare(text, hash);
  },
};

const cost = 5;
let system: IdentitySystem;
beforeAll(async () => {
  const environment = { ...testEnvironment, bcryptCost: cost };
  system = await IdentitySystem.start({ bcrypt: watchedBcrypt, environment, poolSize: 25 });
});
beforeEach(() => {
  compared.length = 0;
  hashed = 0;
});
afterAll(async () => {
  await system.stop();
});

const add = async (username: string, role: (typeof roles)[number] = 'USER') =>
  await system.subgraph.services.addUser({ username, role });

const hashOf = async (id: string): Promise<string> => {
  const query = 'select password_hash from identity.user where id = $1';
  return (await system.database.pool.query(query, [id])).rows[0].password_hash;
};

describe('a user who is added', () => {
  test.each(roles)('is a person of the given role: %s', async (role) => {
    const { id } = await add(`  Added ${role} `, role);
    const { user } = await system.client.data(
      'query($id: ID!) { user(id: $id) { id username kind role email createdAt bannedAt } }',
      { id },
      await system.admin(),
    );
    expect(user).toEqual({
      id,
      username: `Added ${role}`,
      kind: 'PERSON',
      role,
      email: null,
      createdAt: system.now.toISOString(),
      bannedAt: null,
    });
  });

  test('costs no hash, has no session, and nobody is told', async () => {
    const before = await system.toldChanges();
    const { id } = await add('quiet');
    expect(hashed).toBe(0);
    expect(await system.toldChanges()).toEqual(before);
    const query = 'select count(*)::int from identity.session where user_id = $1';
    expect((await system.database.pool.query(query, [id])).rows).toEqual([{ count: 0 }]);
  });

  test.each([
    ['two characters', 'ab'],
    ['65 characters', 'a'.repeat(65)],
    ['control characters', 'bad\u0007name'],
    ['a bidirectional override', 'abc\u202Egnp'],
    ['characters that nobody sees', 'zo\u200Be'],
  ])('has no name with %s', async (_what, username) => {
    await expect(add(username)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      extensions: { field: 'username' },
    });
  });
});

describe('the name of a user who is added', () => {
  const taken = { code: 'USERNAME_TAKEN', extensions: { field: 'username' } };
  const register = 'mutation($input: RegisterInput!) { register(input: $input) { expiresAt } }';
  beforeAll(async () => {
    await add('zoë straße');
  });

  test.each(['Zoë Straße', 'ZOE\u0308 STRASSE', '\uFF3A\uFF4F\u00EB  straße'])(
    'is taken from then on, in any form: %s',
    async (form) => {
      await expect(add(form)).rejects.toMatchObject(taken);
      const { errors } = await system.client.answer(register, { input: { username: form, password } });
      expect(errors).toMatchObject([{ extensions: { code: 'USERNAME_TAKEN', field: 'username' } }]);
    },
  );

  test('may not be that of somebody who registered, whose password stays', async () => {
    await system.register('rosa');
    await expect(add('ROSA', 'ADMIN')).rejects.toMatchObject(taken);
    expect((await system.login('rosa')).user.role).toBe('USER');
  });

  test('goes to one of twenty who are added at once', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => add(index % 2 === 0 ? 'wanted' : 'WANTED')),
    );
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const reasons = outcomes.flatMap((each) => (each.status === 'rejected' ? [each.reason.code] : []));
    expect(reasons).toEqual(Array(19).fill('USERNAME_TAKEN'));
  });
});

describe('a user who was added', () => {
  let ghosts = 0;
  test.each<[string, (user: { hash: string; username: string }) => string]>([
    ['the empty password', () => ''],
    ['a blank', () => ' '],
    ['a NUL', () => '\u0000'],
    ['a password that others have', () => password],
    ['their own name', ({ username }) => username],
    ['the text of their hash', ({ hash }) => hash],
    ['the salt of their hash', ({ hash }) => hash.slice(0, 29)],
    ['the dots of their hash', ({ hash }) => hash.slice(29)],
    ['dots to the end of what bcrypt reads', () => '.'.repeat(72)],
    ['more than bcrypt reads', () => '.'.repeat(73)],
  ])('cannot sign in with %s, and is compared as others are', async (_what, guess) => {
    const { id, username } = await add(`ghost ${++ghosts}`);
    const given = guess({ hash: await hashOf(id), username });
    expect(await system.refusedLogin(username, given)).toMatchObject({ code: 'INVALID_CREDENTIALS' });
    expect(compared).toEqual([cost]);
  });

  test('is answered as somebody with another password and as nobody, after the same work', async () => {
    await add('silent');
    await system.register('ida');
    compared.length = 0;
    const added = await system.refusedLogin('silent', 'wrong password');
    expect(await system.refusedLogin('ida', 'wrong password')).toEqual(added);
    expect(await system.refusedLogin('nobody at all', 'wrong password')).toEqual(added);
    expect(compared).toEqual([cost, cost, cost]);
  });

  test('has a hash that bcrypt works on to its end', async () => {
    const hash = await hashOf((await add('formed')).id);
    expect(hash).toHaveLength((await bcrypt.hash(password, cost)).length);
    const salt = hash.slice(0, 29);
    const worked = await bcrypt.hash(password, salt);
    expect(worked.slice(0, 29)).toBe(salt);
    expect(worked).not.toBe(hash);
  });

  test('sets no password either, as nobody knows the current one', async () => {
    const { id, username, role } = await add('locked');
    const viewer: UserViewer = { kind: 'user', id, username, role, sessionId: id, issuedAt: system.now };
    const mutation = `mutation($input: ChangePasswordInput!) { changePassword(input: $input) { expiresAt } }`;
    for (const currentPassword of ['', password, await hashOf(id)]) {
      const input = { currentPassword, newPassword: 'a new password' };
      expect(await system.client.refusal(mutation, { input }, viewer)).toMatchObject({
        code: 'INVALID_CREDENTIALS',
      });
    }
    expect(await system.refusedLogin('locked', 'a new password')).toMatchObject({
      code: 'INVALID_CREDENTIALS',
    });
  });

  test('is shut off after ten guesses as others are', async () => {
    await add('guessed');
    for (let turn = 0; turn < 10; turn += 1) await system.refusedLogin('guessed', 'wrong password');
    expect(await system.refusedLogin('guessed', '')).toMatchObject({ code: 'RATE_LIMITED' });
  });

  test('may be banned, and that does not show to who tries to sign in', async () => {
    const { id } = await add('outcast');
    await system.ban(id);
    expect(await system.refusedLogin('outcast', password)).toMatchObject({ code: 'INVALID_CREDENTIALS' });
  });
});
