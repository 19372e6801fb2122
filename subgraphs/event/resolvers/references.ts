/** What stands for the entities of other subgraphs, and for a summary: their keys. */
export interface EventKey {
  readonly eventId: string;
}

export interface UserKey {
  readonly id: string;
}
