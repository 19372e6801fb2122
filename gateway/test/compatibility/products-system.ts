import { systemClock } from '@tixgo/platform/clock.ts';
import type { ExecutableSubgraph } from '@tixgo/platform/graphql/subgraph.ts';
import { createHttpService } from '@tixgo/platform/http/http-service.ts';
import { createLog } from '@tixgo/platform/logging.ts';
import { askAsService } from '@tixgo/platform/subgraphs/ask-as-service.ts';
import { remoteSource } from '@tixgo/platform/subgraphs/remote-source.ts';
import { subgraphEndpoint, subgraphPath } from '@tixgo/platform/subgraphs/subgraph-endpoint.ts';
import type { SubgraphSource } from '@tixgo/platform/subgraphs/subgraph-source.ts';
import { composeSupergraph } from '@tixgo/schema/compose.ts';
import type { FastifyInstance } from 'fastify';
import { gatewayOf } from '../../audit/audited-gateway.ts';
import { hostedSource } from '../../sources/hosted-source.ts';
import { prepareSupergraph, supergraphRules } from '../../supergraph/loaded-supergraph.ts';
import { inventorySubgraph, usersSubgraph } from './neighbour-subgraphs.ts';
import { productsSubgraph } from './products-subgraph.ts';

export interface ProductsSystem {
  /** The subgraph under test, as the gateway reaches it. */
  readonly products: SubgraphSource;
  /** What it tells of itself. */
  readonly productsSdl: string;
  readonly supergraphSdl: string;
  readonly gateway: FastifyInstance;
  /** The subgraphs that the gateway asked, in order. */
  readonly asked: string[];
  close(): Promise<void>;
}

/** A subgraph, and what ends the connections to it. */
interface Reached {
  readonly source: SubgraphSource;
  close(): Promise<void>;
}

/** Three subgraphs of ours, composed of what each tells of itself when it is asked, and our gateway over them. */
export async function productsSystem(way: 'hosted' | 'remote'): Promise<ProductsSystem> {
  const subgraphs = [productsSubgraph(), usersSubgraph(), inventorySubgraph()];
  const reached = await Promise.all(subgraphs.map(way === 'hosted' ? hosted : served));
  const closeAll = async () => {
    for (const { close } of reached) await close();
  };
  try {
    const parts = await gatewayOver(
      subgraphs,
      reached.map(({ source }) => source),
    );
    const close = async () => {
      await parts.gateway.close();
      await closeAll();
    };
    return { ...parts, close };
  } catch (error) {
    // What does not compose would keep the test's process alive with its open ports.
    await closeAll();
    throw error;
  }
}

async function gatewayOver(
  subgraphs: readonly ExecutableSubgraph[],
  sources: readonly SubgraphSource[],
): Promise<Omit<ProductsSystem, 'close'>> {
  const told = await Promise.all(
    sources.map(async (source) => ({ name: source.name, sdl: await sdlOf(source) })),
  );
  const { supergraphSdl, errors } = composeSupergraph(told);
  if (supergraphSdl === undefined || errors.length > 0) throw new Error(errors.join('\n'));
  const products = sources.find(({ name }) => name === 'products');
  const productsSdl = told.find(({ name }) => name === 'products')?.sdl;
  if (!products || productsSdl === undefined) throw new Error('There are no products.');
  const asked: string[] = [];
  const gateway = await gatewayOf(
    prepareSupergraph(supergraphSdl, supergraphRules(supergraphSdl, subgraphs)),
    sources.map((source) => recorded(source, asked)),
  );
  return { products, productsSdl, supergraphSdl, gateway, asked };
}

const hosted = async (subgraph: ExecutableSubgraph): Promise<Reached> => ({
  source: hostedSource(subgraph),
  close: async () => {},
});

/** A subgraph behind the endpoint that a process of its own has, and signed calls to it. */
async function served(subgraph: ExecutableSubgraph): Promise<Reached> {
  const { name } = subgraph;
  const log = createLog('silent');
  const serviceSecret = 's'.repeat(40);
  const http = createHttpService({ name: `${name}-service`, log, isReady: async () => true });
  const { isDraining } = http;
  http.serveFirst(
    subgraphPath,
    subgraphEndpoint({ subgraph, serviceSecret, clock: systemClock, log, isDraining }),
  );
  const port = await http.listen({ host: '127.0.0.1', port: 0, portVariable: 'TEST_PORT' });
  const url = `http://127.0.0.1:${port}${subgraphPath}`;
  const source = remoteSource({ name, url, serviceSecret, clock: systemClock, log });
  const close = async () => {
    await source.close();
    await http.close();
  };
  return { source, close };
}

async function sdlOf(source: SubgraphSource): Promise<string> {
  const question = { query: '{ _service { sdl } }', service: 'composition', patience: 5_000 };
  const { _service: service } = (await askAsService(source, question)) as { _service: { sdl: string } };
  return service.sdl;
}

const recorded = (source: SubgraphSource, asked: string[]): SubgraphSource => ({
  ...source,
  execute: async (request) => {
    asked.push(source.name);
    return await source.execute(request);
  },
});
