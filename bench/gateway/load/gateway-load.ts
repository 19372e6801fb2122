import type { Until } from '../../load/pace.ts';
import { startJobProcess } from '../../load/worker-process.ts';
import { type Bench, verify } from '../../scenario.ts';
import { people, tokensOf } from '../../system/people.ts';
import type { GatewayRow } from '../gateways.ts';
import { type Asked, doorCount, verifyDoor } from '../measure/verify-answers.ts';
import type { Operation } from '../operations.ts';
import { keepFromFirstCore } from '../system/cores.ts';
import type { RunningGateway } from '../system/running-gateway.ts';
import type { GatewayJob, GatewayJobResult } from './gateway-job.ts';

/** A gateway that runs and takes part. */
export interface Contender {
  readonly row: GatewayRow;
  readonly running: RunningGateway;
}

export interface LoadSettings {
  readonly until: Until;
  /** Undefined: as fast as it answers. */
  readonly perSecond?: number;
}

export const connections = 50;

/** Sends operations to one gateway at a time, as many different viewers. */
export interface GatewayLoad {
  /** @throws unless each answer was right, and each mutation was made once */
  run(contender: Contender, operation: Operation, settings: LoadSettings): Promise<GatewayJobResult>;
  /** For questions beside the load. */
  asked(contender: Contender, operation: Operation): Asked;
}

export function startGatewayLoad(bench: Bench, subgraphsPid: number, viewers: number): GatewayLoad {
  const generator = startJobProcess<GatewayJob, GatewayJobResult>(bench, {
    script: 'bench/gateway/load/socket-generator.ts',
  });
  keepFromFirstCore(generator.pid);
  const tokens = { USER: tokensFor('USER', viewers), COMMITTEE: tokensFor('COMMITTEE', viewers) };
  let unrepeated = 0;
  const asked = ({ row, running }: Contender, { role }: Operation): Asked => ({
    name: row.name,
    port: running.port,
    token: tokens[role][0] ?? '',
  });
  return {
    asked,
    run: async (contender, operation, { until, perSecond }) => {
      const { row, running } = contender;
      const door = asked(contender, operation);
      const before = operation.isMutation ? await doorCount(door) : 0;
      const result = await generator.run({
        operation: operation.name,
        port: running.port,
        tokens: tokens[operation.role],
        connections,
        until,
        perSecond,
        staysAwake: row.isInProcess === true,
        firstSequence: operation.repeats ? 0 : unrepeated,
        watched: { gateway: running.pid, subgraphs: subgraphsPid },
      });
      if (!operation.repeats) unrepeated += result.latencies.length;
      verify(result.firstFault === undefined, `${row.name}: ${result.firstFault}`);
      if (operation.isMutation) await verifyDoor(door, before, result.latencies.length);
      return result;
    },
  };
}

function tokensFor(role: 'USER' | 'COMMITTEE', count: number): string[] {
  return tokensOf(people(role, count));
}
