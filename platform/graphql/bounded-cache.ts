interface Entry<Value> {
  readonly value: Value;
  /** Since it came, or since it was last passed over. */
  isUsed: boolean;
}

/**
 * What was not used for long goes first, by second chance (F. J. Corbató, "A Paging Experiment with the Multics System",
 * 1968): to keep them in the exact order of their use would take as long at each use as all the rest. For what a stranger
 * decides the number and the size of, such as documents.
 */
export class BoundedCache<Key, Value> {
  readonly #entries = new Map<Key, Entry<Value>>();
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
    const entry = this.#entries.get(key);
    if (entry) entry.isUsed = true;
    return entry?.value;
  }

  /** About the longest unused first; being read so is no use. */
  *entries(): Generator<[Key, Value]> {
    for (const [key, { value }] of this.#entries) yield [key, value];
  }

  set(key: Key, value: Value): void {
    this.delete(key);
    const weight = this.#weigh(value, key);
    if (weight > this.#capacity) return;
    this.#makeRoom(weight);
    this.#entries.set(key, { value, isUsed: false });
    this.#weight += weight;
  }

  #makeRoom(weight: number): void {
    // Those that are put back are met again, at the end.
    for (const [key, entry] of this.#entries) {
      if (this.#weight + weight <= this.#capacity) return;
      if (!entry.isUsed) {
        this.delete(key);
        continue;
      }
      entry.isUsed = false;
      this.#entries.delete(key);
      this.#entries.set(key, entry);
    }
  }

  delete(key: Key): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#weight -= this.#weigh(entry.value, key);
  }
}
