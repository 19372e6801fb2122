import type { ExactResult } from '../graphql/subgraph.ts';

/** An exact result as JSON, which is read when somebody looks into it. Its data are whoever's it is, to write to. */
export class WrittenResult implements ExactResult {
  readonly isExact = true;
  readonly json: Buffer;
  #data: ExactResult['data'] | undefined;

  constructor(json: Buffer) {
    this.json = json;
  }

  get data(): ExactResult['data'] {
    const data: ExactResult['data'] = this.#data ?? JSON.parse(this.json.toString()).data;
    this.#data = data;
    return data;
  }
}
