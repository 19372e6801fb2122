import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { UserViewer } from '@tixgo/platform/viewer.ts';
import { IdentitySystem } from './identity-system.ts';

const setRole =
  'mutation($userId: ID!, $role: Role!) { setUserRole(userId: $userId, role: $role) { id role } }';
const ban = 'mutation($userId: ID!, $reason: String!) { banUser(userId: $userId, reason: $reason) { id } }';
const unban = 'mutation($userId: ID!) { unbanUser(userId: $userId) { id } }';

let system: IdentitySystem;
let admin: UserViewer;
beforeEach(async () => {
  system = await IdentitySystem.start();
  admin = await system.admin();
});
afterEach(async () => {
  await system.stop();
});

/** Names of those who can act as ADMIN. */
const activeAdmins = async () => {
  const query = '{ users(filter: { role: ADMIN, banned: false }) { edges { node { id } } } }';
  const { users } = await system.client.data(query, {}, admin);
  return users.edges.map(({ node }: { node: { id: string } }) => node.id);
};

test.each(['USER', 'COMMITTEE'])('the last ADMIN cannot become %s', async (role) => {
  expect(await system.client.refusal(setRole, { userId: admin.id, role }, admin)).toMatchObject({
    code: 'CONFLICT',
  });
  expect(await activeAdmins()).toEqual([admin.id]);
  expect(await system.toldChanges()).toEqual([]);
});

test('the last ADMIN cannot be banned, also not by themselves', async () => {
  expect(await system.client.refusal(ban, { userId: admin.id, reason: 'tired' }, admin)).toMatchObject({
    code: 'CONFLICT',
  });
  expect(await activeAdmins()).toEqual([admin.id]);
});

test('one who is banned does not count as another', async () => {
  const { user } = await system.register('second');
  await system.setRole(user.id, 'ADMIN');
  await system.ban(user.id);
  expect(await system.client.refusal(setRole, { userId: admin.id, role: 'USER' }, admin)).toMatchObject({
    code: 'CONFLICT',
  });
  await system.client.data(unban, { userId: user.id }, admin);
  await system.client.data(setRole, { userId: admin.id, role: 'USER' }, admin);
  expect(await activeAdmins()).toEqual([user.id]);
});

test('of four who remove each other at once one is left', async () => {
  const ids = [admin.id];
  for (const name of ['Xenia', 'Yves', 'Zora']) {
    const { user } = await system.register(name);
    await system.setRole(user.id, 'ADMIN');
    ids.push(user.id);
  }
  const removals = ids.map((userId, index) =>
    index % 2 === 0
      ? system.client.answer(setRole, { userId, role: 'USER' }, admin)
      : system.client.answer(ban, { userId, reason: 'coup' }, admin),
  );
  const refused = (await Promise.all(removals)).flatMap(({ errors }) => errors ?? []);
  expect(refused.map(({ extensions }) => extensions?.code)).toEqual(['CONFLICT']);
  expect(await activeAdmins()).toHaveLength(1);
});
