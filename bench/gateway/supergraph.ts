import { composeSupergraph } from '@tixgo/schema/compose.ts';
import { type SubgraphName, subgraphNames, subgraphSdl } from './subgraphs/subgraphs.ts';

export type SubgraphUrls = Readonly<Record<SubgraphName, string>>;

/** @throws when the subgraphs do not compose cleanly, as those of the system must */
export function composeBenchSupergraph(): string {
  const subgraphs = subgraphNames.map((name) => ({ name, sdl: subgraphSdl(name) }));
  const { supergraphSdl, errors, hints } = composeSupergraph(subgraphs);
  if (supergraphSdl === undefined || errors.length + hints.length > 0)
    throw new Error(`The benchmark's subgraphs do not compose: ${[...errors, ...hints].join('\n')}`);
  return supergraphSdl;
}

/** For gateways that read from the supergraph where its subgraphs are. */
export function withUrls(supergraphSdl: string, urls: SubgraphUrls): string {
  return subgraphNames.reduce(
    (sdl, name) => sdl.replaceAll(`http://${name}.invalid/graphql`, urls[name]),
    supergraphSdl,
  );
}
