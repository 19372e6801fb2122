import { migrateSchema } from '@tixgo/platform/database/migrate.ts';
import { Inbox } from '@tixgo/platform/facts/inbox.ts';
import type { SubgraphDependencies } from '@tixgo/platform/subgraphs/subgraph-dependencies.ts';
import { inbox } from '../store/tables.ts';
import type { EndedAccess } from './ended-access.ts';

/** Migrates the gateway's schema, recalls what ended access before the restart, and listens for more. */
export async function prepareEndedAccess(
  endedAccess: EndedAccess,
  { database, bus, clock }: Pick<SubgraphDependencies, 'database' | 'bus' | 'clock'>,
): Promise<void> {
  await migrateSchema(database, 'gateway', new URL('../store/migrations/', import.meta.url));
  await endedAccess.load(clock());
  bus.subscribe(endedAccess.consumer(new Inbox(database.db, inbox, clock)));
}
