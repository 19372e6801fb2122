export type ExplorerName = 'sandbox' | 'offline';

/** Where things are on this origin. */
export interface ExplorerPaths {
  /** The GraphQL endpoint, which shows Apollo Sandbox to a browser. */
  readonly graphql: string;
  /** Where subscriptions are answered, as GraphQL over SSE has it. */
  readonly stream: string;
  /** The page that works without internet. */
  readonly offline: string;
  /** Folder of the files in `browser/`; ends with a slash, as the next one does. */
  readonly assets: string;
  /** Folder of Ruru's own files. */
  readonly ruru: string;
  /** Folder of graphql-sse's files for browsers. */
  readonly graphqlSse: string;
}
