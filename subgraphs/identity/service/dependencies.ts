import type { Clock } from '@tixgo/platform/clock.ts';
import type { Database } from '@tixgo/platform/database/database.ts';
import type { Outbox } from '@tixgo/platform/facts/outbox.ts';
import type { RequestScope } from '@tixgo/platform/graphql/subgraph.ts';
import type { AccessTokens } from '@tixgo/platform/tokens.ts';
import type { Role } from '../domain/role.ts';
import type { Passwords } from './passwords.ts';
import type { RefreshTokens } from './refresh-tokens.ts';
import type { ResetTokens } from './reset-tokens.ts';

/** What the use cases of this service work with. */
export interface IdentityDependencies {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly passwords: Passwords;
  readonly accessTokens: AccessTokens;
  readonly refreshTokens: RefreshTokens;
  readonly resetTokens: ResetTokens;
  /** What people may register as. */
  readonly registrationRoles: readonly Role[];
  /** How many times one address may try to register within a quarter of an hour; 0 is no limit. */
  readonly registrationLimit: number;
}

/** From where somebody signs in, and how long they wait for it. */
export type Caller = Pick<RequestScope, 'address' | 'userAgent' | 'deadline'>;
