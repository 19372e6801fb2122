import {
  ChangePasswordDocument,
  LoginDocument,
  LogoutDocument,
  MeDocument,
  MySessionsDocument,
  RefreshSessionDocument,
  RegisterDocument,
} from '@tixgo/client/generated/documents.ts';
import type { Deployment, Person } from '../deployment.ts';
import { eventually, expectError, expectPresent, expectSame, expectThat } from '../expectations.ts';
import { journey } from '../journey.ts';

interface Scene {
  user: Person;
}

async function expectSignedIn({ tixgo, username }: Person): Promise<void> {
  const { me } = await tixgo.request(MeDocument);
  expectSame('username', me?.username, username);
}

async function expectSignedOut({ tixgo }: Person): Promise<void> {
  await eventually(1000, async () => await expectError(tixgo.request(MeDocument), 'UNAUTHENTICATED'));
}

export const accounts = journey<Scene>({
  name: 'accounts',
  scene: [
    'somebody registers as USER and is signed in',
    async (deployment) => {
      const user = await deployment.register();
      await expectSignedIn(user);
      return { user };
    },
  ],
  steps: {
    'the name cannot be taken again in another case': async ({ user }, { anyone }) => {
      const input = { username: user.username.toUpperCase(), password: user.password };
      await expectError(anyone.request(RegisterDocument, { input }), 'USERNAME_TAKEN');
    },
    'a wrong password does not sign in': async ({ user }, { anyone }) => {
      const input = { username: user.username, password: `${user.password}!` };
      await expectError(anyone.request(LoginDocument, { input }), 'INVALID_CREDENTIALS');
    },
    'the right one does': async (scene, deployment) => {
      scene.user = await deployment.signInAgain(scene.user);
      const { me } = await scene.user.tixgo.request(MeDocument);
      expectSame('role', me?.role, 'USER');
    },
    'both sessions are listed, one as the current one': async ({ user }) => {
      const { mySessions } = await user.tixgo.request(MySessionsDocument);
      expectSame('current ones', mySessions.map(({ current }) => current).sort(), [false, true]);
    },
    'a refresh token brings new tokens': async (scene, deployment) => {
      scene.user = await refreshed(scene.user, deployment);
      await expectSignedIn(scene.user);
    },
    'a changed password ends the sessions and signs in anew': async (scene, { anyone }) => {
      const { user } = scene;
      const password = `${user.password}-new`;
      const input = { currentPassword: user.password, newPassword: password };
      const { changePassword: session } = await user.tixgo.request(ChangePasswordDocument, { input });
      await expectSignedOut(user);
      const { accessToken, refreshToken } = session;
      scene.user = { ...user, password, accessToken, refreshToken, tixgo: anyone.withToken(accessToken) };
      await expectSignedIn(scene.user);
    },
    'a signed-out token is refused within a second': async ({ user }) => {
      const { logout } = await user.tixgo.request(LogoutDocument);
      expectThat(logout, 'no session was ended');
      await expectSignedOut(user);
    },
    'an altered token is refused, not taken for none': async ({ user }, { anyone }) => {
      const [header, claims] = user.accessToken.split('.');
      const altered = anyone.withToken(`${header}.${claims}.${'A'.repeat(43)}`);
      await expectError(altered.request(MeDocument), 'UNAUTHENTICATED');
    },
  },
});

async function refreshed(user: Person, { anyone }: Deployment): Promise<Person> {
  const { refreshSession } = await anyone.request(RefreshSessionDocument, {
    refreshToken: user.refreshToken,
  });
  const accessToken = expectPresent('access token', refreshSession.accessToken);
  expectThat(refreshSession.refreshToken !== user.refreshToken, 'the refresh token was not exchanged');
  return {
    ...user,
    accessToken,
    refreshToken: refreshSession.refreshToken,
    tixgo: anyone.withToken(accessToken),
  };
}
