import { parseArgs } from 'node:util';
import { type DatabaseServer, databaseSettings, openDatabase } from '../platform/database/database.ts';
import { migrateSchema } from '../platform/database/migrate.ts';
import {
  ConfigurationError,
  EnvironmentReader,
  processEnvironment,
  readCommonEnvironment,
  readOwnDatabase,
} from '../platform/env.ts';
import { createLog } from '../platform/logging.ts';
import { schemas } from './schemas.ts';

/** Brings the schemas up to date, all or those of `--service <name>`, where the environment says that they are. */

const reader = new EnvironmentReader(processEnvironment());
const log = createLog('warn');
const open = new Map<string | undefined, DatabaseServer>();

function wantedServices(): string[] {
  const { values } = parseArgs({ options: { service: { type: 'string', multiple: true } } });
  const known = Object.keys(schemas);
  const unknown = values.service?.find((service) => !known.includes(service));
  if (unknown === undefined) return values.service ?? known;
  throw new ConfigurationError(`--service must be one of ${known.join(', ')}, not "${unknown}".`);
}

async function databaseOf(service: string): Promise<DatabaseServer> {
  const common = readCommonEnvironment(reader);
  const settings = databaseSettings(readOwnDatabase(reader, service, common) ?? common, 'migrate');
  const known = open.get(settings.url);
  if (known) return known;
  const database = await openDatabase({ ...settings, poolSize: 1 }, log);
  if (database.embedded)
    console.log(`no DATABASE_URL is set: this is the embedded database, DATA_DIR=${settings.dataDir}`);
  open.set(settings.url, database);
  return database;
}

async function migrateService(service: string): Promise<string> {
  const database = await databaseOf(service);
  const applied: string[] = [];
  for (const migrations of schemas[service] ?? []) {
    const onWait = () => console.log(`${service}: waiting for another migration`);
    const tags = await migrateSchema(database, migrations, { onWait });
    applied.push(...tags.map((tag) => `${migrations.schema}/${tag}`));
  }
  return applied.length > 0 ? `applied ${applied.join(', ')}` : 'up to date';
}

try {
  for (const service of wantedServices()) console.log(`${service}: ${await migrateService(service)}`);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
await Promise.all([...open.values()].map((database) => database.close()));
