import { FairLine } from './fair-line.ts';

export interface QueueBounds {
  /** How many tasks run at a time. */
  readonly concurrency: number;
  /** How many more may wait in each of the two lines. */
  readonly waiting: number;
  /** As above, where one comes that has a deadline: its caller has so many connections to wait on. */
  readonly waitingWithDeadline: number;
  /** How long one may have waited when its turn comes, in milliseconds; after that nobody waits for the answer. */
  readonly patience: number;
}

/** Those of the first line go before those of the second. */
export type Line = 'first' | 'second';

export interface Place {
  readonly line: Line;
  /** In whose name the task waits; the turns are shared out between these. */
  readonly whose: string;
  /** By `performance.now()`: the answer or the refusal is wanted by then. Undefined: whenever it comes. */
  readonly deadline?: number | undefined;
}

/** What is left of the longest that a task took, with each one after it that took less. */
const remembrance = 0.9;

/**
 * Runs the tasks of each line in fair turns, a few at a time, and turns away what would wait too long: at once when that
 * can be told from how long tasks take, otherwise when its time is over.
 */
export class BoundedQueue {
  readonly #bounds: QueueBounds;
  readonly #refusal: () => Error;
  readonly #lines: Readonly<Record<Line, FairLine>> = { first: new FairLine(), second: new FairLine() };
  #running = 0;
  /** How long a task takes where it goes slowly, in milliseconds; 0 until one was done. */
  #longest = 0;

  /** @param refusal what a task is turned away with */
  constructor(bounds: QueueBounds, refusal: () => Error) {
    this.#bounds = bounds;
    this.#refusal = refusal;
  }

  /** At its deadline it throws the refusal, also while the task runs; that goes on, and keeps its turn to its end. */
  async run<T>(place: Place, task: () => Promise<T>): Promise<T> {
    await this.#turn(place);
    const work = this.#work(task);
    return place.deadline === undefined ? await work : await this.#inTime(work, place.deadline);
  }

  async #turn({ line, whose, deadline }: Place): Promise<void> {
    // Whoever need not wait has a chance, however long tasks have taken lately.
    if (this.#running < this.#bounds.concurrency) {
      this.#running += 1;
      return;
    }
    const { patience, waiting, waitingWithDeadline } = this.#bounds;
    const now = performance.now();
    const latest = Math.min(now + patience, (deadline ?? Number.POSITIVE_INFINITY) - this.#longest);
    if (deadline !== undefined && now + this.#expectedWait(line, whose) > latest) throw this.#refusal();
    const [most, until] = deadline === undefined ? [waiting, undefined] : [waitingWithDeadline, latest];
    await this.#lines[line].wait(whose, { most, until }, this.#refusal);
    if (performance.now() <= latest) return;
    this.#pass();
    throw this.#refusal();
  }

  /** In milliseconds. */
  #expectedWait(line: Line, whose: string): number {
    const inFront = line === 'second' ? this.#lines.first.length : 0;
    const ahead = inFront + this.#lines[line].countAheadOf(whose);
    return ((ahead + 1) * this.#longest) / this.#bounds.concurrency;
  }

  async #work<T>(task: () => Promise<T>): Promise<T> {
    const begun = performance.now();
    try {
      const result = await task();
      const took = performance.now() - begun;
      this.#longest = Math.max(took, this.#longest * remembrance);
      return result;
    } finally {
      this.#pass();
    }
  }

  async #inTime<T>(work: Promise<T>, deadline: number): Promise<T> {
    const { promise: over, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(this.#refusal()), deadline - performance.now());
    return await Promise.race([work, over]).finally(() => clearTimeout(timer));
  }

  /** The place goes straight to the next in line, so that a newcomer cannot slip in between. */
  #pass(): void {
    const next = this.#lines.first.takeNext() ?? this.#lines.second.takeNext();
    if (next) next();
    else this.#running -= 1;
  }
}
