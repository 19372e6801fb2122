import type { Log } from './logging.ts';

export interface RepeatedWorkSettings {
  readonly name: string;
  /** In milliseconds, from the end of one round to the start of the next. */
  readonly interval: number;
  /** Resolves to whether there is more to do at once. */
  readonly work: () => Promise<boolean>;
  readonly log: Log;
}

/** Work that a service does by itself, such as sweeps: again and again, never twice at once, and a failure is not its end. */
export class RepeatedWork {
  readonly #settings: RepeatedWorkSettings;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;
  #isFailing = false;

  constructor(settings: RepeatedWorkSettings) {
    this.#settings = settings;
  }

  start(): void {
    this.#stopped = false;
    if (!this.#running) this.#schedule();
  }

  /** Waits for the round under way. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #schedule(): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#round().finally(() => {
        this.#running = undefined;
        this.#schedule();
      });
    }, this.#settings.interval);
    this.#timer.unref();
  }

  async #round(): Promise<void> {
    const { name, work, log } = this.#settings;
    try {
      while (!this.#stopped && (await work()));
      if (this.#isFailing) log.info({ work: name }, 'works again');
      this.#isFailing = false;
    } catch (error) {
      // Once for each outage: every round would say the same.
      if (!this.#isFailing) log.warn({ err: error, work: name }, 'failed; trying again');
      this.#isFailing = true;
    }
  }
}
