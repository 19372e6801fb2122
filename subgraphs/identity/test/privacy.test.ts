import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import { userViewer } from '@tixgo/platform/testing/ask.ts';
import { statementsDuring } from '@tixgo/platform/testing/statement-counter.ts';
import { anonymous, type Viewer } from '@tixgo/platform/viewer.ts';
import { IdentitySystem, type SessionAnswer } from './identity-system.ts';

const entities = `query($representations: [_Any!]!) {
  _entities(representations: $representations) { ... on User { id username kind role email createdAt bannedAt } }
}`;

let system: IdentitySystem;
let ada: SessionAnswer;
beforeAll(async () => {
  system = await IdentitySystem.start();
  ada = await system.register('ada', { email: 'ada@example.org' });
});
afterAll(async () => {
  await system.stop();
});

const userSeenBy = async (viewer: Viewer) => {
  const representations = [{ __typename: 'User', id: ada.user.id }];
  return (await system.client.data(entities, { representations }, viewer))._entities[0];
};

describe('a user is seen', () => {
  const hidden = {
    username: 'ada',
    kind: 'PERSON',
    role: null,
    email: null,
    createdAt: null,
    bannedAt: null,
  };
  const whole = { username: 'ada', kind: 'PERSON', role: 'USER', email: 'ada@example.org', bannedAt: null };

  test.each<[string, () => Viewer, object]>([
    ['a stranger by name only', () => anonymous, hidden],
    ['another user by name only', () => userViewer('USER'), hidden],
    ['the committee by name only', () => userViewer('COMMITTEE'), hidden],
    ['themselves whole', () => system.viewer(ada), whole],
    ['an ADMIN whole', () => userViewer('ADMIN'), whole],
    ['another service whole', () => ({ kind: 'service', name: 'ticket' }), whole],
  ])('by %s', async (_who, viewer, expected) => {
    expect(await userSeenBy(viewer())).toMatchObject(expected);
  });

  test('whole in the answer that signs them in', async () => {
    const query =
      'mutation($input: LoginInput!) { login(input: $input) { user { role email createdAt bannedAt } } }';
    const { login } = await system.client.data(query, {
      input: { username: 'ada', password: 'correct horse' },
    });
    expect(login.user).toEqual({
      role: 'USER',
      email: 'ada@example.org',
      createdAt: system.now.toISOString(),
      bannedAt: null,
    });
  });

  test('as banned by ADMINs only', async () => {
    const { user } = await system.register('bea');
    await system.ban(user.id);
    const query = 'query($r: [_Any!]!) { _entities(representations: $r) { ... on User { bannedAt } } }';
    const variables = { r: [{ __typename: 'User', id: user.id }] };
    expect((await system.client.data(query, variables))._entities).toEqual([{ bannedAt: null }]);
    const seen = await system.client.data(query, variables, userViewer('ADMIN'));
    expect(seen._entities[0].bannedAt).not.toBeNull();
  });
});

describe('who am I', () => {
  test('is answered to the one who is signed in, and null to strangers and services', async () => {
    const query = '{ me { username email role } }';
    expect(await system.client.data(query, {}, system.viewer(ada))).toEqual({
      me: { username: 'ada', email: 'ada@example.org', role: 'USER' },
    });
    expect(await system.client.data(query)).toEqual({ me: null });
    expect(await system.client.data(query, {}, { kind: 'service', name: 'event' })).toEqual({ me: null });
    expect(await system.client.data(query, {}, userViewer('USER'))).toEqual({ me: null });
  });
});

describe('users that others refer to', () => {
  test('cost one statement however many they are', async () => {
    const others = await Promise.all(
      Array.from({ length: 8 }, (_, index) => system.register(`other ${index}`)),
    );
    const ids = [...others, ...others].map(({ user }) => user.id);
    const representations = ids.map((id) => ({ __typename: 'User', id }));
    let answer: { _entities: { id: string }[] } | undefined;
    const statements = await statementsDuring(system.database, async () => {
      answer = await system.client.data(entities, { representations });
    });
    expect(answer?._entities.map(({ id }) => id)).toEqual(ids);
    expect(statements).toHaveLength(1);
  });

  test('are null when there is no such user', async () => {
    const representations = [newId(), 'evt1', '', '\u0000'].map((id) => ({ __typename: 'User', id }));
    expect(await system.client.data(entities, { representations })).toEqual({
      _entities: [null, null, null, null],
    });
  });
});
