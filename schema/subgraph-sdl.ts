import { readFileSync } from 'node:fs';

export const subgraphNames = ['attendance', 'event', 'identity', 'payment', 'ticket'] as const;

export type SubgraphName = (typeof subgraphNames)[number];

/** The whole SDL of a subgraph: the shared prelude, then its own text, which is no schema without it. */
export function readSubgraphSdl(name: SubgraphName): string {
  const files = ['./common.graphql', `../subgraphs/${name}/schema.graphql`];
  return files.map((file) => readFileSync(new URL(file, import.meta.url), 'utf8')).join('\n');
}
