import type { UserViewer } from '@tixgo/platform/viewer.ts';
import { refreshTokenLifetime, type SessionRecord } from '../domain/session.ts';
import { listOpenSessions } from '../store/session-store.ts';
import type { IdentityDependencies } from './dependencies.ts';

/** Last used first. */
export const listSessions =
  ({ database, clock }: IdentityDependencies) =>
  async (viewer: UserViewer): Promise<SessionRecord[]> =>
    await listOpenSessions(database, viewer.id, new Date(clock().getTime() - refreshTokenLifetime));
