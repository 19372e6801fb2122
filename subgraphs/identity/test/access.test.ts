import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@tixgo/platform/ids.ts';
import { type Access, refusalsAt, refusalsBelow, rootFieldsOf } from '@tixgo/platform/testing/access.ts';
import { IdentitySystem } from './identity-system.ts';

/** Every root field with the least role it takes; null: open to everyone. */
const leastRoles: Readonly<Record<string, Access>> = {
  'Query.me': { operation: '{ me { id } }', role: null },
  'Query.mySessions': { operation: '{ mySessions { id } }', role: 'USER' },
  'Query.user': { operation: `{ user(id: "${newId()}") { id } }`, role: 'ADMIN' },
  'Query.users': { operation: '{ users { totalCount } }', role: 'ADMIN' },
  'Mutation.register': {
    operation: 'mutation { register(input: { username: "", password: "" }) { expiresAt } }',
    role: null,
  },
  'Mutation.login': {
    operation: 'mutation { login(input: { username: "", password: "" }) { expiresAt } }',
    role: null,
  },
  'Mutation.refreshSession': {
    operation: 'mutation { refreshSession(refreshToken: "none") { expiresAt } }',
    role: null,
  },
  'Mutation.logout': { operation: 'mutation { logout }', role: null },
  'Mutation.endSession': { operation: `mutation { endSession(id: "${newId()}") }`, role: 'USER' },
  'Mutation.changePassword': {
    operation: 'mutation { changePassword(input: { currentPassword: "", newPassword: "" }) { expiresAt } }',
    role: 'USER',
  },
  'Mutation.changeEmail': {
    operation: 'mutation { changeEmail(email: null, currentPassword: "") { id } }',
    role: 'USER',
  },
  'Mutation.requestPasswordReset': {
    operation: 'mutation { requestPasswordReset(username: "") }',
    role: null,
  },
  'Mutation.resetPassword': {
    operation: 'mutation { resetPassword(token: "", newPassword: "") { expiresAt } }',
    role: null,
  },
  'Mutation.setUserRole': {
    operation: `mutation { setUserRole(userId: "${newId()}", role: USER) { id } }`,
    role: 'ADMIN',
  },
  'Mutation.banUser': {
    operation: `mutation { banUser(userId: "${newId()}", reason: "x") { id } }`,
    role: 'ADMIN',
  },
  'Mutation.unbanUser': { operation: `mutation { unbanUser(userId: "${newId()}") { id } }`, role: 'ADMIN' },
};

let system: IdentitySystem;
beforeAll(async () => {
  system = await IdentitySystem.start();
});
afterAll(async () => {
  await system.stop();
});

test('the table names every root field', () => {
  expect(rootFieldsOf(system.subgraph.schema)).toEqual(Object.keys(leastRoles).sort());
});

test.each(Object.entries(leastRoles))(
  '%s is refused to those below its role and to no one else',
  async (coordinate, { operation, role }) => {
    expect(await refusalsAt(system.client, coordinate, operation)).toEqual(refusalsBelow(role));
  },
);
