import { readFile } from 'node:fs/promises';
import { errorMessage } from '@tixgo/platform/error-code.ts';
import type { Log } from '@tixgo/platform/logging.ts';
import { RepeatedWork } from '@tixgo/platform/repeated-work.ts';

export interface SupergraphFileSettings {
  readonly file: string;
  /** What it said when the process started, which is served. */
  readonly served: string;
  /** Puts another text to work. @throws for one that cannot be served */
  readonly replace: (sdl: string) => Promise<void>;
  readonly log: Log;
  /** How often it is read, in milliseconds. */
  readonly interval?: number;
}

/** The file is some hundred kilobytes; to read it costs less than to look out for how it may have been replaced. */
const usualInterval = 1_000;

/**
 * Puts a supergraph to work when its file says another one, and only then: by content, since a mounted file may be
 * replaced by its folder's link, and by no signal, which would have to reach every replica. One that cannot be served is
 * told of once, and the one before is served on.
 */
export class SupergraphFile {
  readonly #settings: SupergraphFileSettings;
  readonly #work: RepeatedWork;
  #served: string;
  /** What was put to work or refused last. */
  #judged: string;
  /** What it said the last time. */
  #seen: string;

  constructor(settings: SupergraphFileSettings) {
    const { served, log, interval = usualInterval } = settings;
    this.#settings = settings;
    this.#served = served;
    this.#judged = served;
    this.#seen = served;
    const work = async () => {
      await this.look();
      return false;
    };
    this.#work = new RepeatedWork({ name: 'supergraph file', interval, work, log });
  }

  start(): void {
    this.#work.start();
  }

  async stop(): Promise<void> {
    await this.#work.stop();
  }

  /** @throws when it cannot be read */
  async look(): Promise<void> {
    const { file, replace, log } = this.#settings;
    const sdl = await readFile(file, 'utf8');
    // Half of a text may be a supergraph too: one that is being written is left until it says the same twice.
    const isSettled = sdl === this.#seen;
    this.#seen = sdl;
    if (!isSettled || sdl === this.#judged) return;
    this.#judged = sdl;
    if (sdl === this.#served) return;
    try {
      await replace(sdl);
      this.#served = sdl;
    } catch (error) {
      log.error({ file, reason: errorMessage(error) }, 'this supergraph cannot be served; the one before is');
    }
  }
}
