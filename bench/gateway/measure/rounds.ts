import { percentile } from '../../report/statistics.ts';
import { memoryOf } from '../../system/process-figures.ts';
import type { GatewayJobResult } from '../load/gateway-job.ts';
import type { Contender } from '../load/gateway-load.ts';

/** What was seen of one gateway in one round. */
export interface Round {
  /** Requests a second. */
  readonly rate: number;
  /** Of all threads of the gateway, for a request, in microseconds. */
  readonly cpu: number;
  /** How much of one core the threads that run JavaScript had, from 0 to 1. */
  readonly busy: { readonly gateway: number; readonly subgraphs: number; readonly generator: number };
  /** How much of the time the gateway could have run, had a core been free. */
  readonly waited: number;
  /** In milliseconds. */
  readonly p50: number;
  readonly p99: number;
  /** In MiB, right after the load. */
  readonly resident: number;
}

/** As much of a core as a gateway has to have had for its rate to be its own. */
const bottleneckFrom = 0.9;

export function roundOf(result: GatewayJobResult, { running }: Contender): Round {
  const { latencies, seconds, gateway, subgraphs, generator } = result;
  return {
    rate: latencies.length / seconds,
    cpu: (gateway.cpu / latencies.length) * 1e6,
    busy: {
      gateway: gateway.mainThread / seconds,
      subgraphs: subgraphs.mainThread / seconds,
      generator: generator.mainThread / seconds,
    },
    waited: gateway.waited / seconds,
    p50: percentile(latencies, 50),
    p99: percentile(latencies, 99),
    resident: memoryOf(running.pid).resident,
  };
}

/** Whether the gateway was what held the load up; else its rate is a lower bound. */
export function isOwnRate({ busy }: Round): boolean {
  return busy.gateway >= bottleneckFrom;
}
