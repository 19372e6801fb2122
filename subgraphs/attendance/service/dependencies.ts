import type { Clock } from '@tixgo/platform/clock.ts';
import type { Ed25519Jwk } from '@tixgo/platform/compact-jws.ts';
import type { Database } from '@tixgo/platform/database/database.ts';
import type { Outbox } from '@tixgo/platform/facts/outbox.ts';
import type { Log } from '@tixgo/platform/logging.ts';
import type { EntityLookup } from '@tixgo/platform/subgraphs/subgraph-dependencies.ts';

/** What the use cases of this service work with. */
export interface AttendanceDependencies {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly log: Log;
  /** Asks the owner of an entity that no fact has told of yet. */
  readonly lookup: EntityLookup;
  /**
   * Asks for every public key that ticket codes are signed with.
   * @throws SUBGRAPH_UNAVAILABLE when the ticket service does not answer
   */
  readonly ticketKeys: () => Promise<readonly Ed25519Jwk[]>;
}
