import type { Role } from './role.ts';

export const userKinds = ['PERSON', 'DEVICE'] as const;
export type UserKind = (typeof userKinds)[number];

/** Who somebody is, as it is kept, without what they sign in with. */
export interface UserRecord {
  readonly id: string;
  /** As typed at registration; names are compared by `usernameKey`. */
  readonly username: string;
  readonly kind: UserKind;
  readonly role: Role;
  readonly email: string | null;
  readonly createdAt: Date;
  readonly bannedAt: Date | null;
  /** The last ban, role change, password change or logout everywhere: tokens issued before it are refused. */
  readonly accessChangedAt: Date;
}

/** A user with the means to check their password. Stays within services. */
export interface Account extends UserRecord {
  readonly passwordHash: string;
}
