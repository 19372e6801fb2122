import type { Clock } from '@tixgo/platform/clock.ts';
import type { Database } from '@tixgo/platform/database/database.ts';
import type { Outbox } from '@tixgo/platform/facts/outbox.ts';
import type { EntityLookup } from '@tixgo/platform/subgraph-dependencies.ts';

/** What the use cases of this service work with. */
export interface AttendanceDependencies {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly clock: Clock;
  /** Asks the owner of an entity that no fact has told of yet. */
  readonly lookup: EntityLookup;
}
