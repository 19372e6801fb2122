import { FairLine } from './fair-line.ts';

export interface QueueBounds {
  /** How many tasks run at a time. */
  readonly concurrency: number;
  /** How many more may wait in each of the two lines. */
  readonly waiting: number;
  /** How long one may have waited when its turn comes, in milliseconds; after that nobody waits for the answer. */
  readonly patience: number;
}

/** Those of the first line go before those of the second. */
export type Line = 'first' | 'second';

/** Runs the tasks of each line in fair turns, a few at a time, and turns away what would wait too long. */
export class BoundedQueue {
  readonly #bounds: QueueBounds;
  readonly #refusal: () => Error;
  readonly #lines: Readonly<Record<Line, FairLine>>;
  #running = 0;

  /** @param refusal what a task is turned away with */
  constructor(bounds: QueueBounds, refusal: () => Error) {
    this.#bounds = bounds;
    this.#refusal = refusal;
    this.#lines = { first: new FairLine(bounds.waiting), second: new FairLine(bounds.waiting) };
  }

  /** @param whose in whose name the task waits; the turns are shared out between these */
  async run<T>(line: Line, whose: string, task: () => Promise<T>): Promise<T> {
    const since = performance.now();
    await this.#turn(this.#lines[line], whose);
    try {
      if (performance.now() - since > this.#bounds.patience) throw this.#refusal();
      return await task();
    } finally {
      this.#pass();
    }
  }

  async #turn(line: FairLine, whose: string): Promise<void> {
    if (this.#running < this.#bounds.concurrency) {
      this.#running += 1;
      return;
    }
    await line.wait(whose, this.#refusal);
  }

  /** The place goes straight to the next in line, so that a newcomer cannot slip in between. */
  #pass(): void {
    const next = this.#lines.first.takeNext() ?? this.#lines.second.takeNext();
    if (next) next();
    else this.#running -= 1;
  }
}
