import {
  AttendanceRecordsDocument,
  AttendanceTotalsDocument,
  BanUserDocument,
  CreateEventDocument,
  EventDocument,
  LoginDocument,
  MeDocument,
  SetUserRoleDocument,
  UnbanUserDocument,
  UserDocument,
  UsersDocument,
} from '@tixgo/client/generated/documents.ts';
import { type Deployment, type Person, timesAroundNow } from '../deployment.ts';
import { eventually, expectError, expectSame } from '../expectations.ts';
import { journey } from '../journey.ts';

interface Scene {
  readonly eventId: string;
  user: Person;
}

/** What was done to the account has reached the host when its token no longer serves. */
async function expectTokenRefused({ tixgo }: Person): Promise<void> {
  await eventually(1000, async () => await expectError(tixgo.request(MeDocument), 'UNAUTHENTICATED'));
}

async function setScene(deployment: Deployment): Promise<Scene> {
  const { id } = await deployment.createEvent();
  return { eventId: id, user: await deployment.register() };
}

export const roles = journey<Scene>({
  name: 'roles',
  scene: ['an admin creates an event, and a user registers', setScene],
  steps: {
    'anyone sees the event': async ({ eventId }, { anyone }) => {
      const { event } = await anyone.request(EventDocument, { id: eventId });
      expectSame('status', event?.status, 'PUBLISHED');
    },
    'the user may not create one': async ({ user }, deployment) => {
      const input = { id: deployment.uniqueName(), name: 'Not allowed', ...timesAroundNow() };
      await expectError(user.tixgo.request(CreateEventDocument, { input }), 'FORBIDDEN', {
        coordinate: 'Mutation.createEvent',
      });
    },
    'nor list users, nor see attendance': async ({ user, eventId }) => {
      await expectError(user.tixgo.request(UsersDocument), 'FORBIDDEN');
      await expectError(user.tixgo.request(AttendanceTotalsDocument, { eventId }), 'FORBIDDEN');
    },
    'nobody who is not signed in may': async ({ eventId }, { anyone }) => {
      await expectError(anyone.request(AttendanceTotalsDocument, { eventId }), 'UNAUTHENTICATED');
    },
    'an admin finds the user and makes a SCANNER of them': async ({ user }, deployment) => {
      const admin = await deployment.admin();
      const { users } = await admin.request(UsersDocument, { filter: { search: user.username } });
      expectSame(
        'users of this name',
        users.edges.map(({ node }) => node.id),
        [user.id],
      );
      const { setUserRole } = await admin.request(SetUserRoleDocument, { userId: user.id, role: 'SCANNER' });
      expectSame('role', setUserRole.role, 'SCANNER');
    },
    'the token with the old role is refused within a second': async ({ user }) => {
      await expectTokenRefused(user);
    },
    'signed in again, they see counts but no records': async (scene, deployment) => {
      scene.user = await deployment.signInAgain(scene.user);
      const { user, eventId } = scene;
      const { attendance } = await user.tixgo.request(AttendanceTotalsDocument, { eventId });
      expectSame('check-ins', attendance?.totalCheckedIn, 0);
      await expectError(user.tixgo.request(AttendanceRecordsDocument, { eventId }), 'FORBIDDEN', {
        coordinate: 'Attendance.records',
      });
    },
    'a banned user is shut out within a second': async ({ user }, deployment) => {
      const admin = await deployment.admin();
      await admin.request(BanUserDocument, { userId: user.id, reason: 'A smoke test.' });
      await expectTokenRefused(user);
      const { username, password } = user;
      await expectError(
        deployment.anyone.request(LoginDocument, { input: { username, password } }),
        'FORBIDDEN',
      );
    },
    'and may sign in again when the ban is lifted': async ({ user }, deployment) => {
      const admin = await deployment.admin();
      await admin.request(UnbanUserDocument, { userId: user.id });
      const { user: seen } = await admin.request(UserDocument, { id: user.id });
      expectSame('banned since', seen?.bannedAt, null);
      await deployment.signInAgain(user);
    },
  },
});
