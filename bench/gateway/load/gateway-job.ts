import type { Until } from '../../load/pace.ts';
import type { CpuFigures } from '../measure/thread-figures.ts';

/** Load on one gateway. */
export interface GatewayJob {
  readonly operation: string;
  readonly port: number;
  readonly tokens: readonly string[];
  readonly connections: number;
  readonly until: Until;
  /** Undefined: each connection sends when it has its answer. */
  readonly perSecond: number | undefined;
  /** Whether the generator never sleeps between answers: it has a core to itself. */
  readonly staysAwake: boolean;
  /** Where the requests begin to count, so that documents that are never repeated are new in each job. */
  readonly firstSequence: number;
  /** Processes whose CPU is read when the load begins and ends. */
  readonly watched: { readonly gateway: number; readonly subgraphs: number };
}

export interface GatewayJobResult {
  /** In milliseconds; at a fixed rate from the moment a request was due. */
  readonly latencies: Float64Array;
  readonly seconds: number;
  readonly firstFault: string | undefined;
  readonly gateway: CpuFigures;
  readonly subgraphs: CpuFigures;
  readonly generator: CpuFigures;
}
