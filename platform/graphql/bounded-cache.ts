/** Least recently used goes first. For what a stranger decides the number and the size of, such as documents. */
export class BoundedCache<Key, Value> {
  readonly #entries = new Map<Key, Value>();
  readonly #capacity: number;
  readonly #weigh: (value: Value, key: Key) => number;
  #weight = 0;

  /** @param weigh what an entry takes of the capacity, always the same; what takes more than all of it is not kept */
  constructor(capacity: number, weigh: (value: Value, key: Key) => number = () => 1) {
    this.#capacity = capacity;
    this.#weigh = weigh;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: Key): Value | undefined {
    const value = this.#entries.get(key);
    if (value !== undefined) {
      this.#entries.delete(key);
      this.#entries.set(key, value);
    }
    return value;
  }

  /** The longest unused first; being read so is no use. */
  entries(): IterableIterator<[Key, Value]> {
    return this.#entries.entries();
  }

  set(key: Key, value: Value): void {
    this.#remove(key);
    this.#entries.set(key, value);
    this.#weight += this.#weigh(value, key);
    for (const oldest of this.#entries.keys()) {
      if (this.#weight <= this.#capacity) break;
      this.#remove(oldest);
    }
  }

  #remove(key: Key): void {
    const value = this.#entries.get(key);
    if (value === undefined) return;
    this.#entries.delete(key);
    this.#weight -= this.#weigh(value, key);
  }
}
