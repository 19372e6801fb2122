import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import { userViewer } from '@tixgo/platform/testing/ask.ts';
import { statementsDuring } from '@tixgo/platform/testing/statement-counter.ts';
import { anonymous, type Viewer } from '@tixgo/platform/viewer.ts';
import { IdentitySystem, type SessionAnswer, seconds } from './identity-system.ts';

let system: IdentitySystem;
let zoe: SessionAnswer;
let banned: SessionAnswer;
beforeAll(async () => {
  system = await IdentitySystem.start();
  zoe = await system.register('Zoë Straße', { email: 'zoe@example.org', role: 'COMMITTEE' });
  banned = await system.register('mallory');
  system.pass(1 * seconds);
  await system.ban(banned.user.id);
});
afterAll(async () => {
  await system.stop();
});

const registeredAt = () => new Date(system.now.getTime() - 1 * seconds).toISOString();

const query = `query($representations: [_Any!]!) {
  _entities(representations: $representations) {
    ... on User { id username kind role email createdAt bannedAt }
  }
}`;

type Key = { readonly username: string } | { readonly id: string };

/** The users of some keys, as another service of the system is answered. */
const resolved = async (keys: readonly Key[], viewer: Viewer = { kind: 'service', name: 'ticket' }) => {
  const representations = keys.map((key) => ({ __typename: 'User', ...key }));
  const { _entities } = await system.client.data(query, { representations }, viewer);
  return _entities;
};

const named = (...usernames: string[]) => usernames.map((username) => ({ username }));

/** Ids of the users of some names. */
const idsOf = async (...usernames: string[]) =>
  (await resolved(named(...usernames))).map((user: { id: string } | null) => user?.id ?? null);

describe('a user who is known by name', () => {
  test.each([
    ['as registered', 'Zoë Straße'],
    ['in small letters', 'zoë straße'],
    ['in capitals', 'ZOË STRASSE'],
    ['in capitals of its own', 'ZOË STRAẞE'],
    ['with its accent apart', 'Zoe\u0308 Straße'],
    ['in full-width letters', '\uFF3A\uFF4F\u00EB Straße'],
    ['with characters that nobody sees', 'Zo\u200Bë\u00AD Straße'],
    ['with blanks around and between', '  Zoë \u00A0 Straße\t'],
  ])('is found %s, and shows the name as registered', async (_how, username) => {
    expect(await resolved(named(username))).toMatchObject([{ id: zoe.user.id, username: 'Zoë Straße' }]);
  });

  test.each([
    ['nobody has', 'nobody here'],
    ['is a part of another', 'Zoë'],
    ['lacks its accent', 'Zoe Straße'],
    ['would be a pattern', '%'],
    ['is empty', ''],
    ['is blank', '   '],
    ['has a NUL', 'mallory\u0000'],
    ['has a lone surrogate', 'mallory\uD800'],
    ['is long', 'x'.repeat(100_000)],
    ['is a heap of marks', `a${'\u0301\u0316'.repeat(63_000)}`],
    ['is an id', newId()],
  ])('is null when the name %s', async (_what, username) => {
    expect(await resolved(named(username))).toEqual([null]);
  });

  test('is not found by an id that stands for the name', async () => {
    expect(await idsOf(zoe.user.id)).toEqual([null]);
    expect(await resolved([{ id: 'mallory' }])).toEqual([null]);
  });

  test('is found while banned, as whose name stands on tickets', async () => {
    expect(await resolved(named('Mallory'))).toMatchObject([
      { id: banned.user.id, username: 'mallory', kind: 'PERSON', bannedAt: system.now.toISOString() },
    ]);
  });

  test('is who has the id, when both are given', async () => {
    expect(await resolved([{ id: zoe.user.id, username: 'mallory' }])).toMatchObject([
      { id: zoe.user.id, username: 'Zoë Straße' },
    ]);
  });
});

describe('of a user who is known by name', () => {
  const hidden = { role: null, email: null, createdAt: null, bannedAt: null };

  test.each<[string, Viewer]>([
    ['a stranger', anonymous],
    ['another USER', userViewer('USER', 'Zoë Straße')],
    ['a SCANNER', userViewer('SCANNER')],
    ['a COMMITTEE member', userViewer('COMMITTEE')],
  ])('%s sees the name and nothing private', async (_who, viewer) => {
    expect(await resolved(named('ZOË STRASSE', 'mallory'), viewer)).toEqual([
      { id: zoe.user.id, username: 'Zoë Straße', kind: 'PERSON', ...hidden },
      { id: banned.user.id, username: 'mallory', kind: 'PERSON', ...hidden },
    ]);
  });

  test('the user sees all of it, and of others nothing private', async () => {
    expect(await resolved(named('zoë straße', 'mallory'), system.viewer(zoe))).toMatchObject([
      { role: 'COMMITTEE', email: 'zoe@example.org', createdAt: registeredAt(), bannedAt: null },
      hidden,
    ]);
  });

  test.each<[string, Viewer]>([
    ['an ADMIN', userViewer('ADMIN')],
    ['a service', { kind: 'service', name: 'ticket' }],
  ])('%s sees all of it', async (_who, viewer) => {
    expect(await resolved(named('zoë straße', 'mallory'), viewer)).toMatchObject([
      { role: 'COMMITTEE', email: 'zoe@example.org', createdAt: registeredAt(), bannedAt: null },
      { role: 'USER', email: null, bannedAt: system.now.toISOString() },
    ]);
  });
});

describe('many users', () => {
  const usernames = Array.from({ length: 30 }, (_, index) => `guest ${index}`);
  let ids: string[];
  beforeAll(async () => {
    ids = await Promise.all(usernames.map(async (name) => (await system.register(name)).user.id));
  });

  test('are found by name in one statement, each in its place', async () => {
    const asked = usernames.flatMap((name, index) => [name.toUpperCase(), `stranger ${index}`]);
    let answered: (string | null)[] = [];
    const statements = await statementsDuring(system.database, async () => {
      answered = await idsOf(...asked);
    });
    expect(answered).toEqual(ids.flatMap((id) => [id, null]));
    expect(statements).toHaveLength(1);
  });

  test('by name and by id are found in two', async () => {
    const keys = ids.flatMap((id, index) => [{ id }, { username: `GUEST ${index}` }]);
    let answered: { id: string }[] = [];
    const statements = await statementsDuring(system.database, async () => {
      answered = await resolved(keys);
    });
    expect(answered.map(({ id }) => id)).toEqual(ids.flatMap((id) => [id, id]));
    expect(statements).toHaveLength(2);
  });

  test('are one user when they are one name in several forms', async () => {
    expect(await idsOf('guest 1', 'GUEST 1', ' Guest  1 ')).toEqual(Array(3).fill(ids[1]));
  });

  test('are found beside names that cannot be', async () => {
    expect(await idsOf('guest 1', 'a\u0000', '', 'guest 2')).toEqual([ids[1], null, null, ids[2]]);
  });

  test('who cannot be looked up by name are looked up by nobody', async () => {
    expect(await statementsDuring(system.database, () => idsOf('a\u0000', 'x'.repeat(2_000)))).toEqual([]);
  });
});

test('a password hash is not read for a name', async () => {
  const statements = await statementsDuring(system.database, () => idsOf('mallory'));
  expect(statements.join()).toContain('"username_key"');
  expect(statements.join()).not.toContain('password_hash');
});
