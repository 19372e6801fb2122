import {
  type DatabaseServer,
  type DatabaseSettings,
  openDatabase,
} from '@tixgo/platform/database/database.ts';
import type { Log } from '@tixgo/platform/logging.ts';

/** The databases of one process: services with one URL share one pool. */
export class Databases {
  readonly #settings: DatabaseSettings;
  readonly #log: Log;
  readonly #open = new Map<string | undefined, Promise<DatabaseServer>>();

  constructor(settings: DatabaseSettings, log: Log) {
    this.#settings = settings;
    this.#log = log;
  }

  /** @param url of the service's own; undefined for the one that all share */
  async get(url: string | undefined): Promise<DatabaseServer> {
    const wanted = url ?? this.#settings.url;
    const open = this.#open.get(wanted) ?? openDatabase({ ...this.#settings, url: wanted }, this.#log);
    this.#open.set(wanted, open);
    return await open;
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#open.values());
    this.#open.clear();
    await Promise.all(
      opened.map((result) => (result.status === 'fulfilled' ? result.value.close() : undefined)),
    );
  }
}
