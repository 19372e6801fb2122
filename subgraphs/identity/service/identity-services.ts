import { addUser } from './add-user.ts';
import { assertNoDevelopmentAdmin } from './assert-no-development-admin.ts';
import { banUser } from './ban-user.ts';
import { beginNextReset } from './begin-next-reset.ts';
import { changeEmail } from './change-email.ts';
import { changePassword } from './change-password.ts';
import type { IdentityDependencies } from './dependencies.ts';
import { endSession } from './end-session.ts';
import { ensureFirstAdmin } from './ensure-first-admin.ts';
import { userFinder } from './find-user.ts';
import { isAccessEnded } from './is-access-ended.ts';
import { listSessions } from './list-sessions.ts';
import { countUsers, listUsers } from './list-users.ts';
import { login } from './login.ts';
import { logout } from './logout.ts';
import { refreshSession } from './refresh-session.ts';
import { register } from './register.ts';
import { requestPasswordReset } from './request-password-reset.ts';
import { resetPassword } from './reset-password.ts';
import { setUserRole } from './set-user-role.ts';
import { unbanUser } from './unban-user.ts';

/** Every use case, bound to what it works with. */
export function identityServices(dependencies: IdentityDependencies) {
  return {
    addUser: addUser(dependencies),
    assertNoDevelopmentAdmin: assertNoDevelopmentAdmin(dependencies),
    banUser: banUser(dependencies),
    beginNextReset: beginNextReset(dependencies),
    changeEmail: changeEmail(dependencies),
    changePassword: changePassword(dependencies),
    countUsers: countUsers(dependencies),
    endSession: endSession(dependencies),
    ensureFirstAdmin: ensureFirstAdmin(dependencies),
    isAccessEnded: isAccessEnded(dependencies),
    listSessions: listSessions(dependencies),
    listUsers: listUsers(dependencies),
    login: login(dependencies),
    logout: logout(dependencies),
    refreshSession: refreshSession(dependencies),
    register: register(dependencies),
    requestPasswordReset: requestPasswordReset(dependencies),
    resetPassword: resetPassword(dependencies),
    setUserRole: setUserRole(dependencies),
    unbanUser: unbanUser(dependencies),
    userFinder: userFinder(dependencies),
  };
}

export type IdentityServices = ReturnType<typeof identityServices>;
