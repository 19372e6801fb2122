import { processEnvironment } from '@tixgo/platform/env.ts';
import { readSubgraphProcess, type SubgraphProcessEnvironment } from '@tixgo/platform/subgraphs/env.ts';

export interface EventProcess extends SubgraphProcessEnvironment {
  readonly port: number;
}

/** @throws ConfigurationError */
export function readEventProcess(source = processEnvironment()): EventProcess {
  return readSubgraphProcess('event', [], (reader) => ({ port: reader.port('EVENT_PORT', 8000) }), source);
}
