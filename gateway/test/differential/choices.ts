/**
 * What a random generator decides, one number after the other. All are 0 once the sequence has ended, so that fast-check
 * finds the smallest case by shortening it: every generator's choice 0 is its plainest.
 */
export class Choices {
  readonly #numbers: readonly number[];
  #next = 0;

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers;
  }

  /** 0 to `limit` - 1. */
  below(limit: number): number {
    const number = this.#numbers[this.#next] ?? 0;
    this.#next += 1;
    return limit <= 1 ? 0 : number % limit;
  }

  /** True once in `times`. */
  oneIn(times: number): boolean {
    return this.below(times) === times - 1;
  }

  of<Item>(items: readonly Item[]): Item {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new Error('Nothing to choose from.');
    return item;
  }

  /** `least` to `most` of them, in their order. */
  some<Item>(items: readonly Item[], least: number, most = items.length): Item[] {
    const wanted = Math.min(items.length, least + this.below(most - least + 1));
    const left = [...items];
    const taken = new Set<Item>();
    while (taken.size < wanted) {
      const [item] = left.splice(this.below(left.length), 1);
      if (item !== undefined) taken.add(item);
    }
    return items.filter((item) => taken.has(item));
  }
}
