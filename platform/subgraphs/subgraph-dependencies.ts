import type { Clock } from '../clock.ts';
import type { DatabaseServer } from '../database/database.ts';
import type { FactBus } from '../facts/fact.ts';
import type { ExecutableSubgraph } from '../graphql/subgraph.ts';
import type { Log } from '../logging.ts';

/** What every subgraph is built from, hosted or in a process of its own. */
export interface SubgraphDependencies {
  readonly database: DatabaseServer;
  readonly bus: FactBus;
  readonly log: Log;
  readonly clock: Clock;
}

/** A subgraph that a process runs. */
export interface RunnableSubgraph extends ExecutableSubgraph {
  /** Migrates its schema and subscribes to facts. */
  prepare(): Promise<void>;
  /** Begins to carry its facts; only once every consumer of the process has subscribed, or it would miss some. */
  start(): void;
  stop(): Promise<void>;
}

/**
 * Asks the subgraph that owns an entity for a few of its fields, in the service's own name.
 * Resolves to null when there is no such entity.
 * @throws SUBGRAPH_UNAVAILABLE when the owner does not answer
 */
export type EntityLookup = (
  subgraph: string,
  typename: string,
  key: Readonly<Record<string, string>>,
  fields: string,
) => Promise<Readonly<Record<string, unknown>> | null>;
