/** What stands for the entities of other subgraphs: their keys. */
export interface OrderKey {
  readonly id: string;
}
