import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@tixgo/platform/testing/eventually.ts';
import { createTestDatabase, type TestDatabase } from '@tixgo/platform/testing/test-database.ts';
import type { RunningHost } from '../host/host.ts';
import { documents } from './buying-documents.ts';
import { clientOf, type HostClient, startHostOn } from './host-client.ts';

const shared = { JWT_SECRET: 'j'.repeat(40), SERVICE_SECRET: 's'.repeat(40) };
const password = 'test-pass-123';
const me = '{ me { username } }';
const logout = 'mutation { logout }';
const ban = 'mutation ($id: ID!) { banUser(userId: $id, reason: "abuse") { id } }';

let database: TestDatabase;
let hosts: readonly [RunningHost, RunningHost];
let one: HostClient;
let other: HostClient;
let admin: string;

beforeAll(async () => {
  database = await createTestDatabase();
  hosts = await Promise.all([startHostOn(database, shared), startHostOn(database, shared)]);
  [one, other] = [clientOf(hosts[0]), clientOf(hosts[1])];
  admin = (await one.login('admin', 'admin123')).accessToken;
}, 60_000);
afterAll(async () => {
  await Promise.all(hosts.map((host) => host.stop()));
  await database.close();
});

/** Somebody who is signed in, and was served by both hosts. */
async function servedByBoth(username: string): Promise<{ readonly id: string; readonly token: string }> {
  await one.ask(documents.register, { input: { username, password, role: 'USER' } });
  const { accessToken: token, user } = await one.login(username, password);
  for (const host of [one, other])
    expect(await host.ask(me, {}, token)).toEqual({ data: { me: { username } } });
  return { id: user.id, token };
}

async function expectRefusedByBoth(token: string): Promise<void> {
  await eventually(async () => {
    for (const host of [one, other]) {
      const { errors } = await host.ask(me, {}, token);
      expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    }
  });
}

describe('two hosts on one database that have no broker between them', () => {
  // Whichever of them carries the facts of both tells itself of them; the other one has to look.
  test.each([
    ['the one', () => one],
    ['the other', () => other],
  ])(
    'refuse within five seconds who was banned, or signed out, at %s',
    async (name, host) => {
      const banned = await servedByBoth(`banned at ${name}`);
      const gone = await servedByBoth(`gone from ${name}`);
      expect(await host().ask(ban, { id: banned.id }, admin)).not.toHaveProperty('errors');
      expect(await host().ask(logout, {}, gone.token)).not.toHaveProperty('errors');
      await expectRefusedByBoth(banned.token);
      await expectRefusedByBoth(gone.token);
    },
    30_000,
  );
});
