import { dateTimeScalar } from '@tixgo/platform/graphql/date-time.ts';
import type { Resolvers } from '../generated/resolver-types.ts';
import { ActiveSession } from './ActiveSession.ts';
import { banUser } from './mutations/banUser.ts';
import { changeEmail } from './mutations/changeEmail.ts';
import { changePassword } from './mutations/changePassword.ts';
import { endSession } from './mutations/endSession.ts';
import { login } from './mutations/login.ts';
import { logout } from './mutations/logout.ts';
import { refreshSession } from './mutations/refreshSession.ts';
import { register } from './mutations/register.ts';
import { requestPasswordReset } from './mutations/requestPasswordReset.ts';
import { resetPassword } from './mutations/resetPassword.ts';
import { setUserRole } from './mutations/setUserRole.ts';
import { unbanUser } from './mutations/unbanUser.ts';
import { Query } from './Query.ts';
import { Session } from './Session.ts';
import { User } from './User.ts';
import { UserConnection } from './UserConnection.ts';

export const resolvers: Resolvers = {
  DateTime: dateTimeScalar,
  Query,
  Mutation: {
    banUser,
    changeEmail,
    changePassword,
    endSession,
    login,
    logout,
    refreshSession,
    register,
    requestPasswordReset,
    resetPassword,
    setUserRole,
    unbanUser,
  },
  ActiveSession,
  Session,
  User,
  UserConnection,
};
