import { prepareSchema } from '@tixgo/platform/database/migrate.ts';
import { Inbox } from '@tixgo/platform/facts/inbox.ts';
import { RepeatedWork } from '@tixgo/platform/repeated-work.ts';
import type { SubgraphDependencies } from '@tixgo/platform/subgraphs/subgraph-dependencies.ts';
import { gatewayMigrations } from '../store/migrations.ts';
import { inbox } from '../store/tables.ts';
import type { EndedAccess } from './ended-access.ts';

/** Sees to the gateway's schema, recalls what ended access before the restart, and listens for more. */
export async function prepareEndedAccess(
  endedAccess: EndedAccess,
  { database, bus, clock, log }: SubgraphDependencies,
): Promise<void> {
  await prepareSchema(database, gatewayMigrations, log);
  await endedAccess.load(clock());
  bus.subscribe(endedAccess.listener());
  bus.subscribe(endedAccess.keeper(new Inbox(database.db, inbox, clock)));
}

/** In milliseconds. */
const recallInterval = 1_000;

/**
 * For processes that may share a database and have no broker: the end of a session is told within one of them only,
 * which keeps it, and the others look.
 */
export function endedAccessRecall(
  endedAccess: EndedAccess,
  { log }: Pick<SubgraphDependencies, 'log'>,
): RepeatedWork {
  return new RepeatedWork({
    name: 'recalling whose access has ended',
    interval: recallInterval,
    work: async () => {
      await endedAccess.recall();
      return false;
    },
    log,
  });
}
