import type { SubgraphSource } from '@tixgo/platform/subgraphs/subgraph-source.ts';
import type { GatewayMetrics } from './gateway-metrics.ts';

/** Measures the fetches that really go out: what is shared or joined counts once. */
export function observedSource(source: SubgraphSource, metrics: GatewayMetrics): SubgraphSource {
  const { name } = source;
  return {
    ...source,
    execute: async (request) => {
      const started = performance.now();
      const seconds = () => (performance.now() - started) / 1000;
      try {
        const result = await source.execute(request);
        metrics.fetch(name, result.errors ? 'partial' : 'ok', seconds());
        return result;
      } catch (error) {
        metrics.fetch(name, 'failed', seconds());
        throw error;
      }
    },
  };
}
