/** Keyed by the user's id. */
export const USER_ACCESS_CHANGED = 'user.access-changed';

export type AccessChangeReason =
  | 'BANNED'
  | 'ROLE_CHANGED'
  | 'LOGGED_OUT'
  | 'PASSWORD_CHANGED'
  | 'REUSE_DETECTED';

/** Access that was given before must not be used any longer. */
export interface UserAccessChanged {
  readonly userId: string;
  /** ISO 8601 in UTC, to the millisecond. Tokens issued before it are refused. */
  readonly at: string;
  /** The session that it ends; null for all sessions of the user. */
  readonly sessionId: string | null;
  readonly reason: AccessChangeReason;
}
