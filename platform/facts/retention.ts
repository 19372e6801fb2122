import { and, asc, eq, inArray, lt } from 'drizzle-orm';
import type { Clock } from '../clock.ts';
import type { Database } from '../database/database.ts';
import { newId } from '../ids.ts';
import type { Log } from '../logging.ts';
import { RepeatedWork } from '../repeated-work.ts';
import type { FactTables } from './tables.ts';

const day = 24 * 60 * 60_000;

/** How long a fact stays in its outbox after it was published, and in the broker, in milliseconds. */
export const outboxRetention = 7 * day;
/**
 * How long an inbox knows a fact, in milliseconds. A fact published again when it has stood in its outbox for its whole
 * time stays in the broker for as long once more: it must still be known then.
 */
export const inboxRetention = 30 * day;

/** In milliseconds. */
const sweepInterval = 10 * 60_000;
const rowsAtOnce = 1_000;

export interface PassingFacts {
  readonly type: string;
  /** How long they stay in the outbox after they were published, in milliseconds. */
  readonly retention: number;
}

export interface FactSweepSettings {
  readonly service: string;
  readonly database: Database;
  readonly tables: Pick<FactTables, 'inbox'> & Partial<Pick<FactTables, 'outbox'>>;
  /** Facts that matter for a moment only and come in great number. */
  readonly passing?: PassingFacts;
  readonly clock: Clock;
  readonly log: Log;
}

/** Deletes what outbox and inbox need not keep any longer. Runs in any number of replicas. */
export function factSweep(settings: FactSweepSettings): RepeatedWork {
  const { service, log } = settings;
  const work = async () => await sweepFacts(settings);
  return new RepeatedWork({ name: `sweeping facts of ${service}`, interval: sweepInterval, work, log });
}

/** Resolves to whether more is to be swept. */
export async function sweepFacts({ database, tables, clock, passing }: FactSweepSettings): Promise<boolean> {
  const { outbox, inbox } = tables;
  const now = clock().getTime();
  const published = outbox && (await sweepOutbox(database, outbox, new Date(now - outboxRetention)));
  const passed =
    outbox &&
    passing &&
    (await sweepOutbox(database, outbox, new Date(now - passing.retention), passing.type));
  const received = await sweepInbox(database, inbox, new Date(now - inboxRetention));
  return [published, passed, received].includes(rowsAtOnce);
}

async function sweepOutbox(
  database: Database,
  outbox: FactTables['outbox'],
  before: Date,
  type?: string,
): Promise<number | null> {
  const some = database
    .select({ id: outbox.id })
    .from(outbox)
    .where(and(lt(outbox.publishedAt, before), type === undefined ? undefined : eq(outbox.type, type)))
    .orderBy(asc(outbox.publishedAt))
    .limit(rowsAtOnce)
    .for('update', { skipLocked: true });
  const { rowCount } = await database.delete(outbox).where(inArray(outbox.id, some));
  return rowCount;
}

/** By the id, which begins with the time: an index on the time would cost every fact that is received. */
async function sweepInbox(
  database: Database,
  inbox: FactTables['inbox'],
  before: Date,
): Promise<number | null> {
  const some = database
    .select({ factId: inbox.factId })
    .from(inbox)
    .where(and(lt(inbox.factId, newId(before)), lt(inbox.receivedAt, before)))
    .orderBy(asc(inbox.factId))
    .limit(rowsAtOnce)
    .for('update', { skipLocked: true });
  const { rowCount } = await database.delete(inbox).where(inArray(inbox.factId, some));
  return rowCount;
}
