import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { password } from './identity-system.ts';
import { MailSystem } from './mail-system.ts';

const changeEmail = /* GraphQL */ `
  mutation ($email: String, $currentPassword: String!) {
    changeEmail(email: $email, currentPassword: $currentPassword) { id email }
  }
`;
const unbanUser = 'mutation ($id: ID!) { unbanUser(userId: $id) { id } }';

let mails: MailSystem;
beforeAll(async () => {
  mails = await MailSystem.start();
});
afterAll(() => mails.stop());

describe('one’s address', () => {
  test('is set with the password, and taken away', async () => {
    const viewer = mails.system.viewer(await mails.person('quinn', null));
    const set = async (email: string | null) =>
      (await mails.system.client.data(changeEmail, { email, currentPassword: password }, viewer)).changeEmail
        .email;
    expect(await set('quinn@example.org')).toBe('quinn@example.org');
    await mails.requestReset('quinn');
    expect((await mails.sent()).map(({ recipients }) => recipients)).toEqual([['quinn@example.org']]);
    expect(await set(null)).toBeNull();
    await mails.requestReset('quinn');
    expect(await mails.sent()).toEqual([]);
  });

  test('is not changed with a wrong password, to what is no address, by a banned user or a stranger', async () => {
    const viewer = mails.system.viewer(await mails.person('rosa'));
    const refused = async (email: string, currentPassword = password) =>
      await mails.system.client.refusal(changeEmail, { email, currentPassword }, viewer);
    expect(await refused('x@example.org', 'wrong password')).toMatchObject({ code: 'INVALID_CREDENTIALS' });
    await mails.system.ban(viewer.id);
    expect(await refused('x@example.org')).toMatchObject({ code: 'FORBIDDEN' });
    await mails.system.client.data(unbanUser, { id: viewer.id }, await mails.system.admin());
    expect(await refused('x@example.org, y@example.org')).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'email',
    });
    expect(
      await mails.system.client.refusal(changeEmail, { email: null, currentPassword: password }),
    ).toMatchObject({
      code: 'UNAUTHENTICATED',
    });
    await mails.requestReset('rosa');
    expect((await mails.sent()).map(({ recipients }) => recipients)).toEqual([['rosa@example.org']]);
  });
});
