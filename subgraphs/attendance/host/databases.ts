import { type DatabaseServer, databaseSettings, openDatabase } from '@tixgo/platform/database/database.ts';
import type { CommonEnvironment } from '@tixgo/platform/env.ts';
import type { Log } from '@tixgo/platform/logging.ts';
import type { HostEnvironment, HostedService } from '../env.ts';

/** The databases of one process: services with one URL share one pool. */
export class Databases {
  readonly #common: CommonEnvironment;
  readonly #own: HostEnvironment['ownDatabases'];
  readonly #log: Log;
  readonly #open = new Map<string | undefined, Promise<DatabaseServer>>();

  /** @param own of services that do not share the common one */
  constructor(common: CommonEnvironment, log: Log, own: HostEnvironment['ownDatabases'] = {}) {
    this.#common = common;
    this.#own = own;
    this.#log = log;
  }

  async get(service: HostedService): Promise<DatabaseServer> {
    const own = this.#own[service];
    const settings = own ? databaseSettings(own, service) : databaseSettings(this.#common, 'attendance');
    const open = this.#open.get(settings.url) ?? openDatabase(settings, this.#log);
    this.#open.set(settings.url, open);
    return await open;
  }

  /** Whether one of those that were asked for is in this process. */
  get haveEmbedded(): boolean {
    return this.#open.has(undefined);
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#open.values());
    this.#open.clear();
    await Promise.all(
      opened.map((result) => (result.status === 'fulfilled' ? result.value.close() : undefined)),
    );
  }
}
