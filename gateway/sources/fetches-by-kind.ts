/**
 * Fetches that are under way, by what they ask and for whom. Operations and callers are the same strings each time, whose
 * hashes are known; one key of both would have to be written and read for every fetch.
 */
export class FetchesByKind<Kind> {
  readonly #byOperation = new Map<string, Map<string, Kind>>();

  get(operation: string, caller: string): Kind | undefined {
    return this.#byOperation.get(operation)?.get(caller);
  }

  set(operation: string, caller: string, kind: Kind): void {
    let byCaller = this.#byOperation.get(operation);
    if (!byCaller) {
      byCaller = new Map();
      this.#byOperation.set(operation, byCaller);
    }
    byCaller.set(caller, kind);
  }

  delete(operation: string, caller: string): void {
    const byCaller = this.#byOperation.get(operation);
    byCaller?.delete(caller);
    if (byCaller?.size === 0) this.#byOperation.delete(operation);
  }
}
