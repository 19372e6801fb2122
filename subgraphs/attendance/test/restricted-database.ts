import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type DatabaseServer, openDatabase } from '@tixgo/platform/database/database.ts';
import { migrateSchema } from '@tixgo/platform/database/migrate.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import { testDatabaseServerUrl } from '@tixgo/platform/testing/env.ts';
import { createTestDatabase, type TestDatabase } from '@tixgo/platform/testing/test-database.ts';
import pg from 'pg';
import { schemas } from '../../../scripts/schemas.ts';

const rolesFile = new URL('../../../deploy/postgres/roles.sql', import.meta.url);
export const services = Object.keys(schemas);
const roles = ['migrate', ...services];

/** A database with the roles of deploy/postgres/roles.sql, under names of its own: roles are those of a whole server. */
export class RestrictedDatabase {
  readonly database: TestDatabase;
  readonly #prefix = `test_${randomBytes(4).toString('hex')}_`;
  readonly #password = randomBytes(8).toString('hex');
  readonly #open: DatabaseServer[] = [];

  static async create(): Promise<RestrictedDatabase> {
    return new RestrictedDatabase(await createTestDatabase());
  }

  private constructor(database: TestDatabase) {
    this.database = database;
  }

  /** As an operator does it who connects by this URL. */
  async makeRoles(url = this.database.url): Promise<void> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    for (const role of roles) {
      await client.query('select set_config($1, $2, false)', [`tixgo.${role}_password`, this.#password]);
    }
    await client.query(readFileSync(rolesFile, 'utf8').replaceAll('tixgo_', this.#prefix));
    await client.end();
  }

  /** A role that may make others, and owns the database; answers its URL. */
  async handOverToOwner(): Promise<string> {
    const owner = this.#role('owner');
    await this.database.pool.query(`create role ${owner} login createrole password '${this.#password}'`);
    await this.database.pool.query(
      `alter database ${new URL(this.database.url).pathname.slice(1)} owner to ${owner}`,
    );
    return this.url('owner');
  }

  /** @param as `migrate`, or a service */
  url(as: string): string {
    return Object.assign(new URL(this.database.url), { username: this.#role(as), password: this.#password })
      .href;
  }

  /** Open until the database is closed. */
  async connect(as: string): Promise<DatabaseServer> {
    const settings = { url: this.url(as), dataDir: 'memory', poolSize: 1 };
    const server = await openDatabase(settings, createLog('silent'));
    this.#open.push(server);
    return server;
  }

  /** As `npm run migrate` does. */
  async migrate(): Promise<void> {
    const server = await this.connect('migrate');
    for (const migrations of Object.values(schemas).flat()) await migrateSchema(server, migrations);
  }

  async close(): Promise<void> {
    await Promise.all(this.#open.map((server) => server.close()));
    await this.database.close();
    const client = new pg.Client({ connectionString: testDatabaseServerUrl() });
    await client.connect();
    for (const role of [...roles, 'owner']) await client.query(`drop role if exists ${this.#role(role)}`);
    await client.end();
  }

  #role(as: string): string {
    return `${this.#prefix}${as}`;
  }
}
