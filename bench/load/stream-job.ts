/** Streams of one process that reads them: first they are opened, then they are read until all has come. */
export type StreamJob =
  | {
      readonly kind: 'open';
      readonly origin: string;
      /** Streams take them in turn. */
      readonly tokens: readonly string[];
      readonly streams: number;
      readonly query: string;
      readonly variables: Readonly<Record<string, unknown>>;
    }
  | {
      readonly kind: 'read';
      /** How many different events each stream is to have. */
      readonly events: number;
      /** How long they may take from now on, in milliseconds. */
      readonly patience: number;
    };

export interface StreamsRead {
  /** How long each event took from its `checkedInAt` to its reader, in milliseconds. */
  readonly delays: Float64Array;
  /** Streams that had not all of them in time, or had an error. */
  readonly incomplete: number;
  /** Events that a stream had twice. */
  readonly repeated: number;
  readonly firstError: string | undefined;
}
