/** Splits what waits into what may share the next batch and what stays, in order. */
export type BatchChoice<Item> = (waiting: readonly Item[]) => {
  readonly batch: Item[];
  readonly rest: Item[];
};

interface Waiting<Item, Outcome> {
  readonly item: Item;
  readonly resolve: (outcome: Outcome) => void;
  readonly reject: (reason: unknown) => void;
}

export interface CoalescerSettings<Item, Outcome> {
  /** Answers one outcome for each item, in order; all of a batch fail together. */
  readonly run: (key: string, batch: readonly Item[]) => Promise<readonly Outcome[]>;
  readonly choose: BatchChoice<Item>;
  /** How many batches of one key run at once; above 1 the items of a key lose their order. */
  readonly parallel?: number;
}

/**
 * Gathers requests about one thing while the one before them is under way, and runs them as one. No timer: the first
 * of a quiet time runs at once, and under load a batch is what came while the last one ran.
 */
export class Coalescer<Item, Outcome> {
  readonly #settings: CoalescerSettings<Item, Outcome>;
  readonly #queues = new Map<string, { waiting: Waiting<Item, Outcome>[]; running: number }>();

  constructor(settings: CoalescerSettings<Item, Outcome>) {
    this.#settings = settings;
  }

  async submit(key: string, item: Item): Promise<Outcome> {
    const queue = this.#queues.get(key) ?? { waiting: [], running: 0 };
    this.#queues.set(key, queue);
    return await new Promise<Outcome>((resolve, reject) => {
      queue.waiting.push({ item, resolve, reject });
      if (queue.running < (this.#settings.parallel ?? 1)) void this.#drain(key, queue);
    });
  }

  async #drain(key: string, queue: { waiting: Waiting<Item, Outcome>[]; running: number }): Promise<void> {
    queue.running += 1;
    while (queue.waiting.length > 0) {
      const { batch, rest } = this.#settings.choose(queue.waiting.map(({ item }) => item));
      const chosen = new Set(batch);
      const requests = queue.waiting.filter(({ item }) => chosen.has(item));
      queue.waiting = rest.length === 0 ? [] : queue.waiting.filter(({ item }) => !chosen.has(item));
      await this.#settle(key, requests);
    }
    queue.running -= 1;
    if (queue.running === 0 && queue.waiting.length === 0) this.#queues.delete(key);
  }

  /** One that the database will not take must not cost the others their answer, so that a failed batch runs singly. */
  async #settle(key: string, requests: readonly Waiting<Item, Outcome>[]): Promise<void> {
    try {
      const outcomes = await this.#settings.run(
        key,
        requests.map(({ item }) => item),
      );
      for (const [index, { resolve }] of requests.entries()) resolve(outcomes[index] as Outcome);
    } catch (error) {
      if (requests.length === 1) requests[0]?.reject(error);
      else for (const request of requests) await this.#settle(key, [request]);
    }
  }
}
