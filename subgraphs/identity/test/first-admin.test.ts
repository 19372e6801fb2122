import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createTestDatabase, type TestDatabase } from '@tixgo/platform/testing/test-database.ts';
import { firstAdmin, IdentitySystem, testEnvironment } from './identity-system.ts';

let database: TestDatabase;
let systems: IdentitySystem[];
beforeEach(async () => {
  database = await createTestDatabase();
  systems = [];
});
afterEach(async () => {
  for (const { subgraph } of systems) await subgraph.stop();
  await database.close();
});

const boot = async (environment: Partial<typeof testEnvironment> = {}) => {
  const system = new IdentitySystem(database, { environment: { ...testEnvironment, ...environment } });
  systems.push(system);
  await system.boot();
  return system;
};
const admins = async () =>
  (await database.pool.query("select username from identity.user where role = 'ADMIN'")).rows;

test('the first start makes the ADMIN that the operator named, who can sign in', async () => {
  const system = await boot();
  expect((await system.login(firstAdmin.username, firstAdmin.password)).user.role).toBe('ADMIN');
});

test('four processes that boot at once make one', async () => {
  await Promise.all([boot(), boot(), boot(), boot()]);
  expect(await admins()).toEqual([{ username: firstAdmin.username }]);
});

test('a later start makes no other and leaves the password alone', async () => {
  await boot();
  const system = await boot({ firstAdmin: { username: 'root', password: 'another password' } });
  await boot({ firstAdmin: { username: 'somebody else', password: 'another password' } });
  await boot({ firstAdmin: undefined });
  expect(await admins()).toEqual([{ username: firstAdmin.username }]);
  expect((await system.login('root', firstAdmin.password)).user.role).toBe('ADMIN');
});

test('a first start without credentials stops and says which variables it wants', async () => {
  await expect(boot({ firstAdmin: undefined })).rejects.toThrow(
    /ADMIN_USERNAME and ADMIN_PASSWORD are required/,
  );
});

test('a name that somebody registered is not made ADMIN', async () => {
  const system = await boot();
  await system.register('Taken');
  await database.pool.query(
    "delete from identity.session where user_id in (select id from identity.user where role = 'ADMIN')",
  );
  await database.pool.query("delete from identity.user where role = 'ADMIN'");
  await expect(boot({ firstAdmin: { username: 'taken', password: 'some password' } })).rejects.toThrow(
    /ADMIN_USERNAME: taken/,
  );
  expect(await admins()).toEqual([]);
});

test.each(['admin', 'root'])(
  'a database with the development ADMIN %s is not served to the outside until the password is changed',
  async (username) => {
    const development = { username, password: 'admin123' };
    const system = await boot({ firstAdmin: development });
    const outside = {
      firstAdmin: { username, password: 'a good password' },
      isReachableFromOutside: true,
    };
    await expect(boot(outside)).rejects.toThrow(/admin123/);
    const viewer = system.viewer(await system.login(username, 'admin123'));
    await system.client.data(
      'mutation { changePassword(input: { currentPassword: "admin123", newPassword: "a good password" }) { expiresAt } }',
      {},
      viewer,
    );
    expect((await (await boot(outside)).login(username, 'a good password')).user.role).toBe('ADMIN');
  },
);
