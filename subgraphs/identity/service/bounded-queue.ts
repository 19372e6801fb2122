export interface QueueBounds {
  /** How many tasks run at a time. */
  readonly concurrency: number;
  /** How many more may wait in each of the two lines. */
  readonly waiting: number;
}

/** Those of the first line go before those of the second. */
export type Line = 'first' | 'second';

/** Runs the tasks of each line in the order they came, a few at a time, and turns away what would wait too long. */
export class BoundedQueue {
  readonly #bounds: QueueBounds;
  readonly #refusal: () => Error;
  readonly #waiting: Readonly<Record<Line, (() => void)[]>> = { first: [], second: [] };
  #running = 0;

  /** @param refusal what a task is turned away with */
  constructor(bounds: QueueBounds, refusal: () => Error) {
    this.#bounds = bounds;
    this.#refusal = refusal;
  }

  async run<T>(line: Line, task: () => Promise<T>): Promise<T> {
    await this.#turn(this.#waiting[line]);
    try {
      return await task();
    } finally {
      this.#pass();
    }
  }

  async #turn(line: (() => void)[]): Promise<void> {
    if (this.#running < this.#bounds.concurrency) {
      this.#running += 1;
      return;
    }
    if (line.length >= this.#bounds.waiting) throw this.#refusal();
    await new Promise<void>((next) => line.push(next));
  }

  /** The place goes straight to the next in line, so that a newcomer cannot slip in between. */
  #pass(): void {
    const next = this.#waiting.first.shift() ?? this.#waiting.second.shift();
    if (next) next();
    else this.#running -= 1;
  }
}
