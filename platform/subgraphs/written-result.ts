import type { ExactResult, WrittenJson } from '../graphql/subgraph.ts';

/** An exact result as JSON, which is read when somebody looks into it. Its data are whoever's it is, to write to. */
export class WrittenResult implements ExactResult {
  readonly isExact = true;
  readonly json: WrittenJson;
  #data: ExactResult['data'] | undefined;

  constructor(json: WrittenJson) {
    this.json = json;
  }

  get data(): ExactResult['data'] {
    const data: ExactResult['data'] = this.#data ?? JSON.parse(this.json.toString()).data;
    this.#data = data;
    return data;
  }
}
