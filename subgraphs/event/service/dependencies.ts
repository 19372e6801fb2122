import type { Clock } from '@tixgo/platform/clock.ts';
import type { Database } from '@tixgo/platform/database/database.ts';
import type { Outbox } from '@tixgo/platform/facts/outbox.ts';

/** What the use cases of this service work with. */
export interface EventDependencies {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly clock: Clock;
}
