export interface QueueBounds {
  /** How many tasks run at a time. */
  readonly concurrency: number;
  /** How many more may wait. */
  readonly waiting: number;
}

/** Runs tasks in the order they came, a few at a time, and turns away what would wait too long. */
export class BoundedQueue {
  readonly #bounds: QueueBounds;
  readonly #refusal: () => Error;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** @param refusal what a task is turned away with */
  constructor(bounds: QueueBounds, refusal: () => Error) {
    this.#bounds = bounds;
    this.#refusal = refusal;
  }

  async run<T>(task: () => Promise<T>): Promise<T> {
    await this.#turn();
    try {
      return await task();
    } finally {
      this.#pass();
    }
  }

  async #turn(): Promise<void> {
    if (this.#running < this.#bounds.concurrency) {
      this.#running += 1;
      return;
    }
    if (this.#waiting.length >= this.#bounds.waiting) throw this.#refusal();
    await new Promise<void>((next) => this.#waiting.push(next));
  }

  /** The place goes straight to the next in line, so that a newcomer cannot slip in between. */
  #pass(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#running -= 1;
  }
}
