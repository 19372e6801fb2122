import type { Clock } from '@tixgo/platform/clock.ts';
import type { Database } from '@tixgo/platform/database/database.ts';
import type { Outbox } from '@tixgo/platform/facts/outbox.ts';
import type { Log } from '@tixgo/platform/logging.ts';
import type { EntityLookup } from '@tixgo/platform/subgraphs/subgraph-dependencies.ts';
import type { PaymentsUnderWay } from './payments-under-way.ts';
import type { PaymentProvider } from './provider/payment-provider.ts';

/** What the use cases of this service work with. */
export interface PaymentDependencies {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly log: Log;
  /** Asks the owner of an order that no fact has told of yet. */
  readonly lookup: EntityLookup;
  readonly provider: PaymentProvider;
  readonly underWay: PaymentsUnderWay;
}
