import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { IdentitySystem, minutes, password, testEnvironment } from './identity-system.ts';

const mutation =
  'mutation($input: RegisterInput!) { register(input: $input) { user { id username role email } } }';

let system: IdentitySystem;
beforeAll(async () => {
  system = await IdentitySystem.start({ poolSize: 25 });
});
afterAll(async () => {
  await system.stop();
});

const refusal = async (input: Record<string, unknown>) =>
  await system.client.refusal(mutation, { input: { password, ...input } });

describe('registering', () => {
  test('gives an account and a session, with the name as typed', async () => {
    const input = { username: '  Ada Lovelace ', password, email: 'ada@example.org' };
    const { register } = await system.client.data(mutation, { input });
    expect(register.user).toMatchObject({ username: 'Ada Lovelace', role: 'USER', email: 'ada@example.org' });
    const session = await system.login('ada lovelace');
    expect(session.user.id).toBe(register.user.id);
  });

  test('of 20 people who take one name at once, in any case and Unicode form, one gets it', async () => {
    const forms = ['Zoë', 'ZOË', 'zoe\u0308', 'ZOE\u0308', '\uFF3A\uFF2F\u00CB', ' ZoE\u0308 '];
    const attempts = Array.from({ length: 20 }, (_, index) => ({
      username: forms[index % forms.length],
      password,
    }));
    const answers = await Promise.all(attempts.map((input) => system.client.answer(mutation, { input })));
    expect(answers.filter(({ errors }) => !errors)).toHaveLength(1);
    const codes = answers.flatMap(({ errors }) => errors?.map(({ extensions }) => extensions?.code) ?? []);
    expect(codes).toEqual(Array(19).fill('USERNAME_TAKEN'));
    const { rows } = await system.database.pool.query(
      'select count(*)::int from identity.session s join identity.user u on u.id = s.user_id where username_key = $1',
      ['zoë'],
    );
    expect(rows).toEqual([{ count: 1 }]);
  });

  test.each([
    ['STRASSE', 'straße'],
    ['ﬁnnegan', 'Finnegan'],
    ['ΟΔΥΣΣΕΥΣ', 'οδυσσευς'],
    ['℡ephone', 'Telephone'],
  ])('%s and %s are one name', async (first, second) => {
    await system.register(first);
    expect(await refusal({ username: second })).toMatchObject({ code: 'USERNAME_TAKEN', field: 'username' });
  });

  test.each([
    ['characters that nobody sees', 'zo\u200Be'],
    ['a blank of Braille', '\u2800zoe'],
    ['a line separator', 'zo\u2028e'],
    ['control characters', 'bad\u0007name'],
    ['a bidirectional override', 'abc\u202Egnp'],
    ['two characters', 'ab'],
    ['65 characters', 'a'.repeat(65)],
    ['nothing that can be seen', '\u200B\u200B\u200B'],
    ['only blanks', '     '],
    ['a lone surrogate', 'abc\uD800'],
    ['a web address', 'https://evil.example/win'],
    ['a web address behind words', 'Pay at http://1249763844'],
    ['www.', 'Win at WWW.evil.example'],
    ['a web address in full-width characters', 'ｈｔｔｐ：／／ｅｖｉｌ'],
  ])('a name with %s is refused', async (_what, username) => {
    expect(await refusal({ username })).toMatchObject({ code: 'BAD_USER_INPUT', field: 'username' });
  });

  test.each(['ada.lovelace', 'ada@example.org', 'a/b', 'C:-Dur', 'wwwidow', 'awww.so.cute'])(
    'a name with dots and signs serves: %s',
    async (username) => {
      expect((await system.register(username)).user.username).toBe(username);
    },
  );

  test('64 characters outside the basic plane are not too many', async () => {
    const { user } = await system.register('𝒳'.repeat(64));
    expect([...user.username]).toHaveLength(64);
  });

  test('a password is counted in bytes: 73 bytes of 25 characters are refused, 72 bytes serve', async () => {
    const tooLong = `${'€'.repeat(24)}a`;
    expect(tooLong).toHaveLength(25);
    expect(await refusal({ username: 'euro', password: tooLong })).toMatchObject({
      code: 'PASSWORD_TOO_LONG',
      field: 'password',
    });
    await system.register('euro', { password: '€'.repeat(24) });
    expect((await system.login('euro', '€'.repeat(24))).user.username).toBe('euro');
  });

  test('a password under 8 bytes is refused', async () => {
    expect(await refusal({ username: 'shorty', password: '1234567' })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'password',
    });
    expect(await refusal({ username: 'shorty', password: '\uD800abcdefgh' })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'password',
    });
  });

  test('a password is taken as typed, blanks and Unicode form included', async () => {
    await system.register('typist', { password: '  pa\u0308ssword ' });
    expect(await system.refusedLogin('typist', 'pa\u0308ssword')).toMatchObject({
      code: 'INVALID_CREDENTIALS',
    });
    expect(await system.refusedLogin('typist', '  p\u00E4ssword ')).toMatchObject({
      code: 'INVALID_CREDENTIALS',
    });
    expect((await system.login('typist', '  pa\u0308ssword ')).user.username).toBe('typist');
  });

  test.each([
    ['no address', 'nobody'],
    ['a blank within', 'some body@example.org'],
    ['a line feed, which would add a header to a mail', 'a@example.org\nBcc: b@example.org'],
    ['two recipients', 'a@example.org,b@example.org'],
    ['255 characters', `${'a'.repeat(243)}@example.org`],
  ])('an e-mail with %s is refused', async (_what, email) => {
    expect(await refusal({ username: 'mailer', email })).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'email',
    });
  });

  test.each(['SCANNER', 'ADMIN'])('nobody can make themselves %s', async (role) => {
    const refused = await refusal({ username: `would-be-${role}`, role });
    expect(refused).toMatchObject({ code: 'FORBIDDEN' });
    expect(refused.message).toContain(role);
    await expect(system.login(`would-be-${role}`)).rejects.toThrow('INVALID_CREDENTIALS');
  });

  test('a role of the operator’s list can be chosen, null means USER', async () => {
    expect((await system.register('organizer', { role: 'COMMITTEE' })).user.role).toBe('COMMITTEE');
    expect((await system.register('visitor', { role: null })).user.role).toBe('USER');
  });

  test('a role that the operator took off the list is refused', async () => {
    const strict = await IdentitySystem.start({
      environment: { ...testEnvironment, registrationRoles: ['USER'] },
    });
    try {
      const input = { username: 'organizer', password, role: 'COMMITTEE' };
      expect(await strict.client.refusal(mutation, { input })).toMatchObject({ code: 'FORBIDDEN' });
    } finally {
      await strict.stop();
    }
  });

  test('the password is kept as a bcrypt hash of the configured cost, refresh tokens as hashes', async () => {
    const { refreshToken } = await system.register('kept');
    const { rows } = await system.database.pool.query(
      'select password_hash from identity.user where username_key = $1',
      ['kept'],
    );
    expect(rows[0].password_hash).toMatch(/^\$2b\$04\$/);
    const tokens = await system.database.pool.query(
      'select count(*)::int from identity.refresh_token where hash = $1',
      [refreshToken],
    );
    expect(tokens.rows).toEqual([{ count: 0 }]);
  });
});

describe('many registrations from one address', () => {
  const codeOf = async (username: string, address: string) =>
    (await system.from({ address }).answer(mutation, { input: { username, password } })).errors?.[0]
      ?.extensions;

  test('are let in up to a number, refused ones among them, and others go on', async () => {
    const address = '203.0.113.50';
    for (let turn = 0; turn < 39; turn += 1) expect(await codeOf(`crowd ${turn}`, address)).toBeUndefined();
    expect(await codeOf('crowd 1', address)).toMatchObject({ code: 'USERNAME_TAKEN' });
    expect(await codeOf('crowd 40', address)).toMatchObject({
      code: 'RATE_LIMITED',
      retryAfterSeconds: 15 * 60,
    });
    expect(await codeOf('somebody else', '203.0.113.51')).toBeUndefined();
    system.pass(15 * minutes);
    expect(await codeOf('crowd 41', address)).toBeUndefined();
  });

  test('at once leave room for everyone else', async () => {
    const crowd = Array.from({ length: 39 }, (_, index) => codeOf(`at once ${index}`, '203.0.113.52'));
    const others = Array.from({ length: 5 }, (_, index) => codeOf(`other ${index}`, `203.0.113.6${index}`));
    expect(await Promise.all(others)).toEqual(Array(5).fill(undefined));
    const refused = (await Promise.all(crowd)).filter((each) => each !== undefined);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused).toEqual(refused.map(() => expect.objectContaining({ code: 'RATE_LIMITED' })));
  });
});
