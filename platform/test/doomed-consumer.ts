import { pgSchema } from 'drizzle-orm/pg-core';
import { openDatabase } from '../database/database.ts';
import { Inbox } from '../facts/inbox.ts';
import { connectJetStream } from '../facts/jetstream/jetstream-bus.ts';
import { factTables } from '../facts/tables.ts';
import { createLog } from '../logging.ts';

/** A process that is killed when the effect of a fact is committed, and nobody has heard of it yet. */
const [brokerUrl = '', databaseUrl = '', schema = ''] = process.argv.slice(2);
const log = createLog('silent');
const { db } = await openDatabase({ url: databaseUrl, dataDir: 'memory', poolSize: 2 }, log);
const inbox = new Inbox(db, factTables(pgSchema(schema)).inbox, () => new Date());
const bus = connectJetStream({ url: brokerUrl, processName: 'doomed' }, log);
bus.subscribe({
  name: 'ticket',
  types: ['thing.happened'],
  handle: async (fact) => {
    await inbox.once(fact, async () => {});
    process.kill(process.pid, 'SIGKILL');
    await new Promise(() => {});
  },
});
