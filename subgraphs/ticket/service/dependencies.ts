import type { Clock } from '@tixgo/platform/clock.ts';
import type { Database } from '@tixgo/platform/database/database.ts';
import type { Outbox } from '@tixgo/platform/facts/outbox.ts';
import type { EntityLookup } from '@tixgo/platform/subgraphs/subgraph-dependencies.ts';
import type { TicketCodes } from './ticket-codes.ts';

/** What the use cases of this service work with. */
export interface TicketDependencies {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly clock: Clock;
  /** Asks the owner of an entity that no fact has told of yet. */
  readonly lookup: EntityLookup;
  readonly codes: TicketCodes;
  readonly settings: SaleSettings;
}

export interface SaleSettings {
  /** How long an order holds its tickets unpaid. */
  readonly orderWindowSeconds: number;
  /** The highest resale price, in percent of what the ticket first cost. */
  readonly resaleMaxPercent: number;
  /** Off: every reservation is a transaction of its own; for measuring what coalescing gives. */
  readonly coalesce: boolean;
}
