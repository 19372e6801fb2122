interface Waiting {
  readonly next: () => void;
  readonly turnAway: () => void;
}

export interface WaitBounds {
  /** How many may wait in the line, with this one. */
  readonly most: number;
  /** By `performance.now()`: whoever has had no turn by then is turned away. Undefined: they stay. */
  readonly until: number | undefined;
}

/**
 * A line of bounded length in which everyone who has somebody waiting gets a turn before anyone gets the second. One
 * may fill it alone; once it is full, newcomers of others take the places of whoever has most of them.
 */
export class FairLine {
  /** By whose they are; whoever has had a turn goes to the end. */
  readonly #waiting = new Map<string, Waiting[]>();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** How many would have their turns before one more of this name. */
  countAheadOf(whose: string): number {
    const own = this.#waiting.get(whose)?.length ?? 0;
    let ahead = own;
    for (const [other, { length }] of this.#waiting) if (other !== whose) ahead += Math.min(length, own + 1);
    return ahead;
  }

  /** Resolves when it is the turn of this one. @throws `refusal` at once, in time, or when somebody else takes the place */
  async wait(whose: string, { most, until }: WaitBounds, refusal: () => Error): Promise<void> {
    if (this.#length >= most && !this.#makeRoomFor(whose)) throw refusal();
    const own = this.#waiting.get(whose) ?? [];
    this.#waiting.set(whose, own);
    this.#length += 1;
    const turn = Promise.withResolvers<void>();
    const waiting = { next: turn.resolve, turnAway: () => turn.reject(refusal()) };
    own.push(waiting);
    const leave = () => this.#leave(whose, waiting);
    const timer = until === undefined ? undefined : setTimeout(leave, until - performance.now());
    await turn.promise.finally(() => clearTimeout(timer));
  }

  /** Undefined when nobody waits. */
  takeNext(): (() => void) | undefined {
    const [first] = this.#waiting;
    if (!first) return undefined;
    const [whose, own] = first;
    const taken = own.shift();
    this.#waiting.delete(whose);
    if (own.length > 0) this.#waiting.set(whose, own);
    this.#length -= 1;
    return taken?.next;
  }

  #leave(whose: string, waiting: Waiting): void {
    const own = this.#waiting.get(whose) ?? [];
    const index = own.indexOf(waiting);
    if (index === -1) return;
    own.splice(index, 1);
    if (own.length === 0) this.#waiting.delete(whose);
    this.#length -= 1;
    waiting.turnAway();
  }

  #makeRoomFor(whose: string): boolean {
    const largest = [...this.#waiting.values()].reduce(
      (most, own) => (own.length > most.length ? own : most),
      [],
    );
    if (largest.length <= (this.#waiting.get(whose)?.length ?? 0) + 1) return false;
    largest.pop()?.turnAway();
    this.#length -= 1;
    return true;
  }
}
