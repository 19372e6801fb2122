interface Waiting {
  readonly next: () => void;
  readonly turnAway: () => void;
}

/**
 * A line of bounded length in which everyone who has somebody waiting gets a turn before anyone gets the second. One
 * may fill it alone; once it is full, newcomers of others take the places of whoever has most of them.
 */
export class FairLine {
  readonly #most: number;
  /** By whose they are; whoever has had a turn goes to the end. */
  readonly #waiting = new Map<string, Waiting[]>();
  #length = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Resolves when it is the turn of this one. @throws `refusal` at once, or when somebody else takes the place */
  async wait(whose: string, refusal: () => Error): Promise<void> {
    if (this.#length >= this.#most && !this.#makeRoomFor(whose)) throw refusal();
    const own = this.#waiting.get(whose) ?? [];
    this.#waiting.set(whose, own);
    this.#length += 1;
    await new Promise<void>((next, reject) => own.push({ next, turnAway: () => reject(refusal()) }));
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
